import { Component, JsonFile, typescript } from 'projen';

/** Where the suites report to; one JSON file a suite. */
const REPORTS = 'test-reports';

/**
 * The test commands: `test` runs the type check and all suites, `test:types`, `test:unit`, `test:consumers` and `test:e2e` one of them.
 *
 * What a suite runs is said once, in `tasks/run-tests.ts`.
 */
export class TestSuites extends Component {
  constructor(project: typescript.TypeScriptProject) {
    super(project);

    // eslint is a step of the build, see post-compile
    project.testTask.reset('tsx projenrc/tasks/run-tests.ts types unit consumers e2e');
    for (const [suite, description] of Object.entries({
      types: 'Type-check sources, tests, examples and project code',
      unit: 'Unit, property, template and state machine tests, with coverage',
      consumers: 'Apps in every language, installed from the packed artefacts and synthesized',
      e2e: 'End-to-end tests against the deployed stack on a local cloud',
    })) {
      project.addTask(`test:${suite}`, { description, exec: `tsx projenrc/tasks/run-tests.ts ${suite} --`, receiveArgs: true });
    }

    new JsonFile(project, 'jest.e2e.config.json', {
      marker: true,
      obj: {
        testMatch: ['<rootDir>/test/e2e/**/*.e2e.test.ts'],
        modulePathIgnorePatterns: project.jest!.config.modulePathIgnorePatterns,
        transform: project.jest!.config.transform,
        testTimeout: 120_000,
        clearMocks: true,
      },
    });
    project.addPackageIgnore('/jest.e2e.config.json');

    project.gitignore.exclude(`/${REPORTS}/`);
    project.addPackageIgnore(`/${REPORTS}/`);
  }
}
