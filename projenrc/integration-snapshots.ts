import { Component, JsonFile, typescript } from 'projen';

/** The integration tests and their snapshots. */
const DIRECTORY = 'test/integ';

/** What a deployment cannot do without, and a comparison can: copies of assets, which differ with every build. */
const NOT_COMMITTED = [`/${DIRECTORY}/*.snapshot/asset.*`, `/${DIRECTORY}/*.snapshot/handlers.*`, `/${DIRECTORY}/*.snapshot/tree.json`, `/${DIRECTORY}/cdk-integ.out*`];

/**
 * `integ` compares the main configurations with their committed snapshots, without AWS; `integ:update` accepts what is different, and `integ:deploy` deploys
 * what is different to the account of the caller, checks the assertions there, and accepts it.
 */
export class IntegrationSnapshots extends Component {
  constructor(project: typescript.TypeScriptProject) {
    super(project);
    new JsonFile(project, 'integ.config.json', {
      marker: false,
      obj: {
        directory: DIRECTORY,
        language: ['typescript'],
        testRegex: ['^integ\\..*\\.ts$'],
        app: 'node --import tsx {filePath}',
        parallelRegions: ['us-east-1'],
        maxWorkers: 2,
      },
    });
    const run = (name: string, description: string, options = '') => project.addTask(name, { description, exec: `integ-runner ${options}`.trim(), receiveArgs: true });
    run('integ', 'Compare the main configurations with their snapshots');
    run('integ:update', 'Accept changed snapshots without a deployment: review them like code', '--dry-run --update-on-failed');
    run('integ:deploy', 'Deploy changed configurations to an AWS account, check the assertions, and accept the snapshots', '--update-on-failed');
    for (const path of NOT_COMMITTED) {
      project.gitignore.exclude(path);
    }
    project.gitattributes.addAttributes(`/${DIRECTORY}/*.snapshot/**`, 'linguist-generated');
    project.addPackageIgnore('/integ.config.json');
  }
}
