import { Component, github, typescript } from 'projen';

const { JobPermission: Permission } = github.workflows;

/** Node versions that AWS Lambda has: what works on both is not bound to one. */
const NODE_VERSIONS = ['22', '24'];

/**
 * Actions that projen's workflows have, in the version in which they have them, most by their commit. Its setup actions, in releases too, go by a tag,
 * which projen takes for one that cannot be moved; somebody has to see for that, or put commits there: "Before the first release" in CONTRIBUTING.md. Here they
 * are named once more. CodeQL's are by GitHub itself and follow their major version: queries and engine are to be the current ones.
 */
const ACTIONS = {
  codeqlInit: 'github/codeql-action/init@v4',
  codeqlAnalyze: 'github/codeql-action/analyze@v4',
  setupNode: 'actions/setup-node@v7.0.0',
  setupPython: 'actions/setup-python@v7.0.0',
};

/** Minutes after which a job hangs; the tests take half an hour on a machine of GitHub's. */
const TIMEOUT_MINUTES = { ofTests: 120, ofProofs: 300, ofOthers: 30 };

/** Jobs in which all tests run. */
const TEST_JOBS = ['build', 'release', 'test'];

/** Jobs that take hours by design. */
const PROOF_JOBS = ['faults', 'mutation'];

/** Machines on which the core's mutants are tried side by side. */
const MUTATION_MACHINES = 12;

/** Workflows of which a newer run for a pull request makes the older one needless; of the others one waits for the other. */
const SUPERSEDED = ['audit', 'build', 'codeql', 'integration', 'pull-request-lint'];

/**
 * By pull request, whose ref would not do: where a workflow runs with the rights of the base, it is the base's, for all of them. On main by commit: each one is
 * to be tested, and of those that wait in one group GitHub keeps the newest alone.
 */
const FOR_PULL_REQUEST_OR_COMMIT = {
  'group': '${{ github.workflow }}-${{ github.event.pull_request.number || github.sha }}',
  'cancel-in-progress': "${{ startsWith(github.event_name, 'pull_request') }}",
};
const ONE_AFTER_THE_OTHER = { 'group': '${{ github.workflow }}', 'cancel-in-progress': false };

/**
 * The workflows beside those that projen makes for build, release and upgrades, and what holds for all: a time after which a job has failed, and never
 * two runs that do the same.
 */
export class Workflows extends Component {
  private readonly gitHub: github.GitHub;

  constructor(project: typescript.TypeScriptProject) {
    super(project);
    this.gitHub = project.github!;
    this.addIntegration();
    this.addProofs();
    this.addCodeql();
  }

  /** Jobs of publishers are there only now. */
  public preSynthesize(): void {
    for (const workflow of this.gitHub.workflows) {
      const file = workflow.file!;
      for (const job of Object.keys(workflow.jobs)) {
        file.addOverride(`jobs.${job}.timeout-minutes`, timeoutOf(job));
      }
      file.addOverride('concurrency', SUPERSEDED.includes(workflow.name) ? FOR_PULL_REQUEST_OR_COMMIT : ONE_AFTER_THE_OTHER);
    }
  }

  /** All tests on each Node, those against a deployed stack included, and the demonstration: nothing of it needs AWS or a secret. */
  private addIntegration(): void {
    const workflow = new github.GithubWorkflow(this.gitHub, 'integration');
    workflow.on({ pullRequest: {}, push: { branches: ['main'] }, schedule: [{ cron: '17 2 * * *' }], workflowDispatch: {} });
    workflow.addJob('test', {
      name: 'Node ${{ matrix.node }}',
      runsOn: ['ubuntu-latest'],
      permissions: { contents: Permission.READ },
      env: { CI: 'true' },
      strategy: { failFast: false, matrix: { domain: { node: NODE_VERSIONS } } },
      steps: [
        github.WorkflowSteps.checkout(),
        { name: 'Setup Node.js', uses: ACTIONS.setupNode, with: { 'node-version': '${{ matrix.node }}', 'package-manager-cache': false } },
        { name: 'Setup Python', uses: ACTIONS.setupPython, with: { 'python-version': '3.12' } },
        { name: 'Install dependencies', run: 'npm ci' },
        // otherwise npm scripts would run on the Node that comes with the dependencies
        { name: 'Use the Node of this job', run: 'rm -f node_modules/.bin/node && npm exec --no -- node --version' },
        { name: 'Test', run: 'npm test' },
        { name: 'Demonstrate', run: 'npm run demo' },
        github.WorkflowSteps.uploadArtifact({
          name: 'Upload reports',
          if: 'always()',
          with: { name: 'reports-node-${{ matrix.node }}', path: 'test-reports\ncoverage\ndemo-report\n', ifNoFilesFound: 'warn', retentionDays: 14 },
        }),
      ],
    });
  }

  /** What takes too long for every change: every single fault with many random schedules, and every mutant of the core. */
  private addProofs(): void {
    const workflow = new github.GithubWorkflow(this.gitHub, 'proofs');
    workflow.on({ schedule: [{ cron: '23 1 * * 0' }], workflowDispatch: {} });
    const prepare = [
      github.WorkflowSteps.checkout(),
      { name: 'Setup Node.js', uses: ACTIONS.setupNode, with: { 'node-version': NODE_VERSIONS[0], 'package-manager-cache': false } },
      { name: 'Install dependencies', run: 'npm ci' },
      { name: 'Build', run: 'npx projen assemble' },
    ];
    workflow.addJob('faults', {
      name: 'Every fault',
      runsOn: ['ubuntu-latest'],
      permissions: { contents: Permission.READ },
      env: { CI: 'true', FAULTS: 'all' },
      steps: [
        ...prepare,
        { name: 'Test', run: 'npx jest --runInBand test/faults' },
        github.WorkflowSteps.uploadArtifact({ name: 'Upload figures', if: 'always()', with: { name: 'faults', path: 'docs/reliability.md', retentionDays: 90 } }),
      ],
    });
    workflow.addJob('mutation', {
      name: 'Mutants ${{ matrix.part }}',
      runsOn: ['ubuntu-latest'],
      permissions: { contents: Permission.READ },
      env: { CI: 'true', MUTATION_SLICE: `\${{ matrix.part }}/${MUTATION_MACHINES}` },
      strategy: { failFast: false, matrix: { domain: { part: Array.from({ length: MUTATION_MACHINES }, (_, index) => index + 1) } } },
      steps: [
        ...prepare,
        { name: 'Test', run: 'npm run mutation' },
        github.WorkflowSteps.uploadArtifact({
          name: 'Upload report', if: 'always()', with: { name: 'mutants-${{ matrix.part }}', path: 'mutation-report', retentionDays: 90 },
        }),
      ],
    });
  }

  private addCodeql(): void {
    const workflow = new github.GithubWorkflow(this.gitHub, 'codeql');
    workflow.on({ pullRequest: {}, push: { branches: ['main'] }, schedule: [{ cron: '41 3 * * 1' }] });
    workflow.addJob('analyze', {
      name: 'Analyze ${{ matrix.language }}',
      runsOn: ['ubuntu-latest'],
      permissions: { actions: Permission.READ, contents: Permission.READ, securityEvents: Permission.WRITE },
      strategy: { failFast: false, matrix: { domain: { language: ['actions', 'javascript-typescript', 'python'] } } },
      steps: [
        github.WorkflowSteps.checkout(),
        { name: 'Initialize', uses: ACTIONS.codeqlInit, with: { 'languages': '${{ matrix.language }}', 'build-mode': 'none', 'queries': 'security-extended' } },
        { name: 'Analyze', uses: ACTIONS.codeqlAnalyze, with: { category: '/language:${{ matrix.language }}' } },
      ],
    });
  }
}

function timeoutOf(job: string): number {
  return PROOF_JOBS.includes(job) ? TIMEOUT_MINUTES.ofProofs : TEST_JOBS.includes(job) ? TIMEOUT_MINUTES.ofTests : TIMEOUT_MINUTES.ofOthers;
}
