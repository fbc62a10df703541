import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const DIRECTORY = resolve(__dirname, '../../.github/workflows');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly 'permissions'?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly 'strategy'?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly 'steps': readonly Step[];
}

interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly concurrency?: { readonly 'group': string; readonly 'cancel-in-progress': boolean | string };
  readonly jobs: Readonly<Record<string, Job>>;
}

const TEXTS = new Map(readdirSync(DIRECTORY).filter(file => file.endsWith('.yml')).map(file => [file.slice(0, -'.yml'.length), readFileSync(join(DIRECTORY, file), 'utf8')]));
const WORKFLOWS = new Map([...TEXTS].map(([name, text]) => [name, parse(text) as Workflow]));
const NAMES = [...WORKFLOWS.keys()];
const JOBS = [...WORKFLOWS].flatMap(([name, { jobs }]) => Object.entries(jobs).map(([job, definition]) => [`${name}/${job}`, definition] as const));

/** Rights to change something, by job: whoever adds one has to say so here. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  'codeql/analyze': ['security-events'],
  'pull-request-lint/validate': ['pull-requests'],
  'release/release': ['contents'],
  'release/release_github': ['contents'],
  'release/release_npm': ['id-token'],
  'release/release_pypi': ['id-token'],
  'release/release_nuget': ['id-token'],
};

/** Steps that work with a secret beside the token of the run, by workflow. */
const SECRETS: Readonly<Record<string, readonly string[]>> = {
  'release': ['GO_GITHUB_DEPLOY_KEY', 'MAVEN_GPG_PRIVATE_KEY', 'MAVEN_GPG_PRIVATE_KEY_PASSPHRASE', 'MAVEN_PASSWORD', 'MAVEN_STAGING_PROFILE_ID', 'MAVEN_USERNAME', 'NUGET_USERNAME'],
  'upgrade-main': ['PROJEN_GITHUB_TOKEN'],
};

test('all mutants are tried, each on one machine', () => {
  const { mutation } = WORKFLOWS.get('proofs')!.jobs as unknown as Record<string, { readonly env: Readonly<Record<string, string>>; readonly strategy: { readonly matrix: { readonly part: readonly number[] } } }>;
  const [, parts] = /^\$\{\{ matrix\.part \}\}\/(\d+)$/.exec(mutation.env.MUTATION_SLICE)!;
  expect(mutation.strategy.matrix.part).toEqual(Array.from({ length: Number(parts) }, (_, index) => index + 1));
});

test('there are workflows for all that happens', () => {
  expect(NAMES).toEqual(expect.arrayContaining(['build', 'codeql', 'integration', 'proofs', 'pull-request-lint', 'release', 'upgrade-main']));
});

describe.each(JOBS)('%s', (name, job) => {
  test('has the rights that it names, and those to change something only where they are known', () => {
    expect(job.permissions).toBeDefined();
    const writes = Object.entries(job.permissions!).filter(([, right]) => right === 'write').map(([scope]) => scope);
    expect(writes).toEqual(WRITES[name] ?? []);
    expect(Object.values(job.permissions!).every(right => ['read', 'write', 'none'].includes(right))).toBe(true);
  });

  test('ends some time', () => {
    expect(job['timeout-minutes']).toBeGreaterThan(0);
    expect(job['timeout-minutes']).toBeLessThanOrEqual(name.startsWith('proofs/') ? 300 : 120);
  });

  test('uses actions in a version that is written down', () => {
    for (const { uses } of job.steps.filter(step => step.uses !== undefined)) {
      expect(uses).toMatch(/^[\w-]+\/[\w./-]+@(?:[0-9a-f]{40}|v\d+(?:\.\d+\.\d+)?)$/);
    }
  });
});

describe.each(NAMES)('%s', name => {
  const workflow = WORKFLOWS.get(name)!;
  const text = TEXTS.get(name)!;

  test('does not run twice for the same', () => {
    expect(workflow.concurrency?.group).toMatch(/github\.workflow/);
    // a release that is broken off in the middle has published a part
    const whole = ['proofs', 'release', 'upgrade-main'].includes(name);
    expect(workflow.concurrency!['cancel-in-progress']).toBe(whole ? false : "${{ startsWith(github.event_name, 'pull_request') }}");
  });

  // A second push must not take away the tests of the first, nor one pull request those of another.
  test('is broken off by a newer run for the same pull request alone', () => {
    const apart = workflow.concurrency!['cancel-in-progress'] === false || /github\.event\.pull_request\.number \|\| github\.sha/.test(workflow.concurrency!.group);
    expect(apart).toBe(true);
  });

  test('knows no secrets but its own', () => {
    const used = [...new Set([...text.matchAll(/secrets\.(\w+)/g)].map(([, secret]) => secret))].filter(secret => secret !== 'GITHUB_TOKEN').sort();
    expect(used).toEqual(SECRETS[name] ?? []);
  });

  test('names no package host', () => {
    expect(text).not.toMatch(/npmjs|pypi\.org|pythonhosted|nuget\.org|maven\.org|sonatype|maven\.apache|proxy\.golang|pkg\.github/i);
  });

  test('runs nothing of a pull request with more rights than it has', () => {
    const elevated = 'pull_request_target' in workflow.on || 'workflow_run' in workflow.on;
    const code = Object.values(workflow.jobs).flatMap(({ steps }) => steps).filter(({ uses = '', run }) => uses.startsWith('actions/checkout@') || run !== undefined);
    expect(elevated ? code : []).toEqual([]);
  });
});

describe('releases', () => {
  const { on, jobs } = WORKFLOWS.get('release')!;

  test('are started by somebody, and go to all five languages and to GitHub', () => {
    expect(Object.keys(on)).toEqual(['workflow_dispatch']);
    expect(Object.keys(jobs).sort()).toEqual(['release', 'release_github', 'release_golang', 'release_maven', 'release_npm', 'release_nuget', 'release_pypi']);
  });

  test.each([['release_npm', 'NPM_TRUSTED_PUBLISHER'], ['release_npm', 'NPM_CONFIG_PROVENANCE'], ['release_pypi', 'PYPI_TRUSTED_PUBLISHER'], ['release_nuget', 'NUGET_TRUSTED_PUBLISHER']])(
    '%s: %s', (job, variable) => {
      expect(jobs[job].steps).toContainEqual(expect.objectContaining({ env: expect.objectContaining({ [variable]: 'true' }) }));
    });

  test('are published by a version that is written down', () => {
    const publishing = Object.entries(jobs).filter(([job]) => !['release', 'release_github'].includes(job)).map(([, { steps }]) => steps.at(-1)!.run);
    for (const run of publishing) {
      expect(run).toMatch(/publib@\d+\.\d+\.\d+'/);
    }
    expect(publishing).toHaveLength(5);
  });
});

test('the integration run has all tests on both Nodes, and keeps what came of it', () => {
  const { test: job } = WORKFLOWS.get('integration')!.jobs;
  expect(Object.keys(WORKFLOWS.get('integration')!.on).sort()).toEqual(['pull_request', 'push', 'schedule', 'workflow_dispatch']);
  expect(job.strategy!.matrix.node).toEqual(['22', '24']);
  expect(job.steps.map(({ run }) => run)).toEqual(expect.arrayContaining(['npm ci', 'npm test', 'npm run demo']));
  expect(job.steps.at(-1)).toMatchObject({ if: 'always()', with: { path: expect.stringMatching(/test-reports[^]*demo-report/) } });
});

test('upgrades come once a month, and take nothing that is younger than two weeks', () => {
  expect(WORKFLOWS.get('upgrade-main')!.on).toMatchObject({ schedule: [{ cron: '0 0 1 * *' }] });
  const { tasks } = JSON.parse(readFileSync(resolve(DIRECTORY, '../../.projen/tasks.json'), 'utf8')) as { readonly tasks: Readonly<Record<string, { readonly env: unknown }>> };
  expect(JSON.stringify(tasks.upgrade)).toContain('--cooldown=14');
  expect(tasks.upgrade.env).toMatchObject({ NPM_CONFIG_BEFORE: expect.stringContaining(String(14 * 86_400_000)) });
});
