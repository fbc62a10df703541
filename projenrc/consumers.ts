import { Component, github, JsonFile, typescript } from 'projen';

/** Where consumers' packages and caches are kept; nothing of it is committed or published. */
export const CONSUMERS_DIRECTORY = '.consumers';

/** Without an entry here, CI takes whatever its image happens to have. */
const TOOLCHAINS: github.workflows.JobStep[] = [
  { name: 'Setup Python', uses: 'actions/setup-python@v7.0.0', with: { 'python-version': '3.13' } },
  { name: 'Setup Java', uses: 'actions/setup-java@v6.0.0', with: { 'distribution': 'corretto', 'java-version': '17' } },
  { name: 'Setup Go', uses: 'actions/setup-go@v7.0.0', with: { 'go-version': '^1.25', 'cache': false } },
  { name: 'Setup .NET', uses: 'actions/setup-dotnet@v6.0.0', with: { 'dotnet-version': '8.x', 'cache': false } },
  { name: 'Have consumers fail where a toolchain is missing', run: 'echo "BUDGETEER_TOOLCHAINS=python java go dotnet" >> "$GITHUB_ENV"' },
  // Ubuntu refuses namespaces to whoever is not root, and without one nothing would be proved about the network.
  {
    name: 'Let consumers be put without a network',
    run: 'if [ -e /proc/sys/kernel/apparmor_restrict_unprivileged_userns ]; then sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0; fi',
  },
];

/**
 * The examples of every language, installed from the packed artefacts into empty directories and synthesized: see `test/consumers`.
 *
 * It runs as the suite `consumers` of `npm test`.
 */
export class Consumers extends Component {
  /** Whatever job runs the tests needs them. */
  public static readonly WORKFLOW_STEPS = TOOLCHAINS;

  constructor(project: typescript.TypeScriptProject) {
    super(project);

    // The Go package names the versions that its dependencies are installed in here as the lowest that it takes: so let them be the lowest.
    // Not a resolution of projen's, which takes it for a dependency on the CDK's first version.
    project.tryFindObjectFile('package.json')!.addOverride('overrides.@aws-cdk/asset-awscli-v1', '2.2.229');

    project.jest!.addIgnorePattern('<rootDir>/test/consumers/');
    new JsonFile(project, 'jest.consumers.config.json', {
      marker: true,
      obj: {
        testMatch: ['<rootDir>/test/consumers/**/*.consumer.test.ts'],
        modulePathIgnorePatterns: project.jest!.config.modulePathIgnorePatterns,
        transform: project.jest!.config.transform,
        globalSetup: '<rootDir>/test/consumers/support/pack.ts',
        // the first time, everything is downloaded, and there are busy machines
        testTimeout: 1_200_000,
        clearMocks: true,
      },
    });
    project.addPackageIgnore('/jest.consumers.config.json');

    project.gitignore.exclude(`/${CONSUMERS_DIRECTORY}/`, '.venv/', '/examples/java/target/', '/examples/csharp/bin/', '/examples/csharp/obj/');
    project.addPackageIgnore(`/${CONSUMERS_DIRECTORY}/`);
  }
}
