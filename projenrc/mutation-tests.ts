import { Component, JsonFile, typescript } from 'projen';
import { VERSIONS } from './versions';

/**
 * `npm run mutation` breaks the core on purpose, one small change at a time, and counts how many of these mutants the tests notice.
 *
 * All of it takes hours: `MUTATION_SHARE=0.1 npm run mutation` tries every tenth, and `npm run mutation -- --mutate src/lambdas/core/decision.ts` one file.
 */
export class MutationTests extends Component {
  constructor(project: typescript.TypeScriptProject) {
    super(project);
    project.addDevDeps(...['core', 'jest-runner'].map((tool) => `@stryker-mutator/${tool}@${VERSIONS.stryker}`));
    project.addTask('mutation', { description: 'Mutation tests of the core', exec: 'stryker run', receiveArgs: true });
    new JsonFile(project, 'stryker.config.json', {
      marker: true,
      obj: {
        mutate: [
          'src/lambdas/core/**/*.ts',
          // data, styles and what runs in browsers
          '!src/lambdas/core/**/*.generated.ts',
          '!src/lambdas/core/report-page/stylesheet.ts',
          '!src/lambdas/core/report-page/browser/**',
        ],
        testRunner: 'jest',
        jest: {
          projectType: 'custom',
          configFile: 'jest.config.json',
          config: {
            testMatch: TESTS.map((dir) => `<rootDir>/${dir}/**/*.test.ts`),
            testPathIgnorePatterns: [
              ...['node_modules/', ...NOT_OF_MUTANTS].map((path) => `/${path.replaceAll('.', '\\.')}`),
              // properties notice hardly anything that examples do not, and take most of the time
              '\\.property\\.test\\.ts$',
            ],
            testSequencer: '<rootDir>/projenrc/mutation/cheapest-first.cjs',
          },
          enableFindRelatedTests: true,
        },
        plugins: ['@stryker-mutator/jest-runner', './projenrc/mutation/sample.mjs'],
        checkers: ['sample'],
        coverageAnalysis: 'perTest',
        // what is only run while a module loads, tables and patterns, would need a process of its own for each mutant
        ignoreStatic: true,
        concurrency: 2,
        timeoutMS: 20_000,
        timeoutFactor: 2,
        dryRunTimeoutMinutes: 30,
        // projen's marker
        warnings: { unknownOptions: false },
        reporters: ['clear-text', 'html', 'json', 'progress-append-only'],
        clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
        htmlReporter: { fileName: `${REPORTS}/index.html` },
        jsonReporter: { fileName: `${REPORTS}/mutants.json` },
        thresholds: { high: 90, low: 85, break: 85 },
        ignorePatterns: ['/assets', '/bin', '/lib', '/dist', '/.local-cloud', '/demo-report', '/coverage', `/${REPORTS}`],
        tempDirName: '.stryker-tmp',
      },
    });
    for (const path of ['/stryker.config.json', `/${REPORTS}/`, '/.stryker-tmp/']) {
      project.addPackageIgnore(path);
    }
    project.gitignore.exclude(`/${REPORTS}/`, '/.stryker-tmp/');
  }
}

const REPORTS = 'mutation-report';

/** State machines, synthesized stacks and whole worlds of faults would find more, and are too slow to be run some thousand times. */
const TESTS = ['test/lambdas', 'test/agentcore', 'test/cli'];

const NOT_OF_MUTANTS = [
  'test/agentcore/stack.test.ts',
  // of what is published, in which there are no mutants
  'test/cli/budgeteer.test.ts', 'test/cli/report-page/charts-script.test.ts', 'bundle.test.ts',
];
