import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { AuditReport, judge } from '../../projenrc/audits/advisories';
import { ACKNOWLEDGED_TOOLS, bundledIn, isOneOf, licenceFaults, Lock, LockedPackage } from '../../projenrc/audits/licences';

const REPOSITORY = resolve(__dirname, '../..');
const read = (name: string) => readFileSync(join(REPOSITORY, name), 'utf8');

describe('licences of this repository', () => {
  const bundled = bundledIn(read('THIRD-PARTY-LICENSES'));

  test('nothing copyleft ships, and every tool under another licence is acknowledged', () => {
    expect(bundled.size).toBeGreaterThan(30);
    expect(licenceFaults(JSON.parse(read('package-lock.json')), JSON.parse(read('package.json')), bundled)).toEqual([]);
  });

  test('the simulator of IAM, which is under the AGPL, is in no bundle and no dependency', () => {
    expect(Object.keys(ACKNOWLEDGED_TOOLS)).toContain('@cloud-copilot/iam-simulate');
    expect([...bundled].filter(id => id.startsWith('@cloud-copilot/'))).toEqual([]);
    const { dependencies = {}, peerDependencies = {}, bundledDependencies = [] } = JSON.parse(read('package.json'));
    expect([...Object.keys({ ...dependencies, ...peerDependencies }), ...bundledDependencies].filter(name => name.startsWith('@cloud-copilot/'))).toEqual([]);
    // Were it bundled, it would be found.
    const faults = licenceFaults(JSON.parse(read('package-lock.json')), { peerDependencies: { '@cloud-copilot/iam-simulate': '*' } }, bundled);
    expect(faults.filter(fault => fault.includes('comes with the package')).length).toBeGreaterThanOrEqual(1);
  });
});

describe('an SPDX expression', () => {
  test.each<[string | undefined, boolean]>([
    ['MIT', true], ['(MIT OR GPL-3.0-or-later)', true], ['GPL-2.0 OR Apache-2.0', true], ['Apache-2.0 AND MIT', true], ['(Apache-2.0 AND MIT)', true],
    ['GPL-3.0-only', false], ['MIT AND GPL-3.0-only', false], ['LGPL-2.1', false], ['UNLICENSED', false], ['SEE LICENSE IN LICENSE', false], [undefined, false], ['', false],
    // Which of both binds stronger is left to people.
    ['MIT OR Apache-2.0 AND GPL-3.0-only', false],
  ])('%s: %s', (expression, expected) => {
    expect(isOneOf(expression, ['MIT', 'Apache-2.0'])).toBe(expected);
  });
});

describe('a licence is at fault', () => {
  const locked = (packages: Record<string, LockedPackage>): Lock => ({ packages: { '': {}, ...packages } });
  const of = (packages: Record<string, LockedPackage>, manifest: object = {}, bundled: string[] = [], acknowledged: Record<string, string> = {}) =>
    licenceFaults(locked(packages), manifest, new Set(bundled), acknowledged);
  const gpl = { version: '1.0.0', license: 'GPL-3.0-only' };

  test('in a bundle, whatever is acknowledged', () => {
    expect(of({ 'node_modules/a': gpl }, {}, ['a@1.0.0'])).toEqual([expect.stringContaining('a@1.0.0 (GPL-3.0-only) is in a bundle')]);
    expect(of({ 'node_modules/a': gpl }, {}, ['a@1.0.0'], { a: 'x' })).toEqual([expect.stringContaining('is in a bundle')]);
    expect(of({ 'node_modules/a': { version: '1.0.0', license: 'MIT' } }, {}, ['a@1.0.0'], { a: 'x' })).toEqual([expect.stringContaining('is in a bundle')]);
  });

  test('of what an installation brings along, through dependencies of peers, wherever they are nested', () => {
    const packages = {
      'node_modules/peer': { version: '1.0.0', license: 'MIT', dependencies: { b: '*' } },
      'node_modules/peer/node_modules/b': { version: '2.0.0', license: 'MIT', dependencies: { c: '*' } },
      'node_modules/b': { version: '1.0.0', license: 'MIT' },
      'node_modules/c': gpl,
    };
    expect(of(packages, { peerDependencies: { peer: '*' } }, [], { c: 'x' })).toEqual([expect.stringContaining('c@1.0.0 (GPL-3.0-only) comes with the package')]);
    expect(of(packages, {}, [], { c: 'a tool' })).toEqual([]);
  });

  test('of a tool that nobody has acknowledged, and of one that has no licence', () => {
    expect(of({ 'node_modules/a': gpl })).toEqual([expect.stringContaining('the tool a@1.0.0 has the licence GPL-3.0-only: use another one, or acknowledge it')]);
    expect(of({ 'node_modules/a': { version: '1.0.0' } })).toEqual([expect.stringContaining('the licence none')]);
    expect(of({ 'node_modules/a': { version: '1.0.0', license: 'Python-2.0' }, 'node_modules/l': { link: true } })).toEqual([]);
  });

  test('where lists and the lock file do not agree', () => {
    expect(of({}, {}, ['gone@1.0.0'], { old: 'x' })).toEqual([expect.stringContaining('gone@1.0.0 is in a bundle, and not in package-lock.json'), expect.stringContaining('the tool old is acknowledged, and not there any more')]);
  });
});

describe('an advisory', () => {
  const report = (name: string, severity: string): AuditReport => ({
    vulnerabilities: {
      [name]: { via: [{ name, title: 'does harm', url: 'https://github.com/advisories/GHSA-1', severity, range: '<2' }] },
      other: { via: [name] },
    },
  });
  const acknowledged = (until: string) => [{ advisory: 'GHSA-1', reason: 'never called', until }];
  const ships = new Set(['zod']);

  test.each([
    ['of what ships is a fault, however little severe', report('zod', 'low'), 1, 0],
    ['of a tool is one where it is severe', report('jest', 'high'), 1, 0],
    ['of a tool is a note where it is not', report('jest', 'moderate'), 0, 1],
    ['there is none', { vulnerabilities: {} }, 0, 0],
  ])('%s', (_, audit, faults, notes) => {
    const judged = judge(audit as AuditReport, ships, '2026-11-27', []);
    expect([judged.faults.length, judged.notes.length]).toEqual([faults, notes]);
  });

  test('that is acknowledged is a note until its day, then a fault again, and one that is gone is told', () => {
    expect(judge(report('zod', 'high'), ships, '2026-11-27', acknowledged('2026-11-27'))).toEqual({ faults: [], notes: [expect.stringContaining('acknowledged until 2026-11-27: never called')] });
    expect(judge(report('zod', 'high'), ships, '2026-11-28', acknowledged('2026-11-27')).faults).toEqual([expect.stringContaining('was acknowledged until 2026-11-27: look again')]);
    expect(judge({ vulnerabilities: {} }, ships, '2026-11-27', acknowledged('2027-01-01')).notes).toEqual([expect.stringContaining('GHSA-1 is acknowledged, and not found any more')]);
  });
});

describe('the task audit', () => {
  let directory: string;
  beforeAll(() => { directory = mkdtempSync(join(tmpdir(), 'audit-')); });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** With an npm that answers so. */
  function audit(advisories: unknown, signatures: unknown) {
    const npm = join(directory, 'npm');
    writeFileSync(npm, `#!${process.execPath}\nconsole.log(JSON.stringify(process.argv[3] === 'signatures' ? ${JSON.stringify(signatures)} : ${JSON.stringify(advisories)}));`);
    chmodSync(npm, 0o755);
    const env = { ...process.env, PATH: `${directory}:${process.env.PATH}` };
    const { status, stdout, stderr } = spawnSync(join(REPOSITORY, 'node_modules/.bin/tsx'), ['projenrc/tasks/audit.ts'], { cwd: REPOSITORY, encoding: 'utf8', env });
    return { status, text: `${stdout}${stderr}` };
  }

  test('says that it could not ask, and does not take it for an all-clear', () => {
    const refused = { message: '405 Method Not Allowed - POST advisories/bulk', error: { summary: '' } };
    const { status, text } = audit(refused, { error: { summary: 'no keys' } });
    expect(status).toBe(2);
    expect(text).toContain('advisories: the registry could not be asked, which is no all-clear: 405 Method Not Allowed');
    expect(text).toContain('signatures: the registry could not be asked, which is no all-clear: no keys');
  }, 60_000);

  test('ends well where nothing was found, and not where a signature is wrong', () => {
    expect(audit({ vulnerabilities: {} }, { invalid: [], missing: [] })).toEqual({ status: 0, text: expect.stringContaining('advisories: 0 faults, 0 notes') });
    const wrong = audit({ vulnerabilities: {} }, { invalid: [{ name: 'zod', version: '4.0.0' }], missing: [] });
    expect(wrong).toEqual({ status: 1, text: expect.stringContaining('the signature of zod@4.0.0 is not that of the registry') });
  }, 60_000);
});

test('the workflow asks with every pull request and every week, and may change nothing', () => {
  const { on, jobs } = parse(read('.github/workflows/audit.yml'));
  expect([Object.keys(on).sort(), on.schedule]).toEqual([['pull_request', 'schedule', 'workflow_dispatch'], [{ cron: expect.stringMatching(/^\d+ \d+ \* \* \d$/) }]]);
  expect(jobs.audit.permissions).toEqual({ contents: 'read' });
  expect(jobs.audit.steps.flatMap(({ run }: { readonly run?: string }) => (run === undefined ? [] : [run]))).toEqual(['npm ci', 'npx projen bundle', 'npx projen licenses', 'npx projen audit']);
});
