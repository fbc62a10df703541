import { ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ACCOUNT, ALICE } from '../../lambdas/core/builders';
import { SECRET, SIGNED_REGION } from './fake-manager';
import { withManager } from './with-manager';

/** The program as it is published, in a process of its own, with credentials where people have them. */

const BUNDLE = resolve(__dirname, '../../../bin/budgeteer.js');

const manager = withManager();

const ENVIRONMENT = { AWS_ACCESS_KEY_ID: SECRET.accessKeyId, AWS_SECRET_ACCESS_KEY: SECRET.secretAccessKey, AWS_SESSION_TOKEN: SECRET.sessionToken };

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'budget-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], env: Readonly<Record<string, string | undefined>>): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [BUNDLE, 'budget', ...args], {
    env: {
      BUDGETEER_URL: manager.url,
      AWS_REGION: SIGNED_REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
      HOME: directory,
      AWS_CONFIG_FILE: join(directory, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', chunk => (stdout += chunk));
  child.stderr!.on('data', chunk => (stderr += chunk));
  return { child, ended: new Promise(done => child.on('close', (code, signal) => done({ code, signal, stdout, stderr }))) };
}

test('changes a budget with the credentials of the environment', async () => {
  const { code, stdout, stderr } = await start(['set', ALICE, '--limit', '5/day'], ENVIRONMENT).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`${ALICE}: changed`);
  expect(manager.budgets.get(ALICE)!.limits).toEqual([{ limitUsd: '5', period: 'calendar day' }]);
});

test('exports and imports', async () => {
  manager.add(ALICE, { limits: [{ limitUsd: '5', period: 'calendar day' }], labels: { team: 'data' } });
  const file = join(directory, 'budgets.csv');
  expect((await start(['export', '--output', file], ENVIRONMENT).ended).stderr).toBe('');
  writeFileSync(file, readFileSync(file, 'utf8').replace('5/calendar day', '6/day'));
  const { code, stdout } = await start(['import', file, '--yes'], ENVIRONMENT).ended;
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('limits  $5.00 / calendar day → $6.00 / calendar day') });
});

test('signs with the credentials of a role that a profile assumes', async () => {
  const asked: string[] = [];
  const sts = createServer(async (request, response) => {
    for await (const chunk of request) asked.push(String(chunk));
    response.setHeader('content-type', 'text/xml');
    response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::${ACCOUNT}:assumed-role/ops/x</Arn>`
      + `<AssumedRoleId>x:y</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>${SECRET.accessKeyId}</AccessKeyId><SecretAccessKey>${SECRET.secretAccessKey}</SecretAccessKey>`
      + `<SessionToken>${SECRET.sessionToken}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`);
  });
  await new Promise<void>(listening => sts.listen(0, '127.0.0.1', listening));
  writeFileSync(join(directory, 'credentials'), '[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = base\n');
  writeFileSync(join(directory, 'config'), `[profile ops]\nrole_arn = arn:aws:iam::${ACCOUNT}:role/ops\nsource_profile = base\nregion = ${SIGNED_REGION}\n`);
  manager.add(ALICE);
  const { code, stdout, stderr } = await start(['get', ALICE, '--profile', 'ops'], { AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}` }).ended;
  await new Promise(closed => sts.close(closed));
  expect(stderr.replace(/\(node:\d+\) .*Warning.*\n(.*\n)*/, '')).toBe('');
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining(`principal    ${ALICE}`) });
  expect(asked.join('')).toContain('Action=AssumeRole');
});

test('tells that there are no credentials, without a stack trace', async () => {
  const { code, stdout, stderr } = await start(['list'], {}).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^budgeteer: there are no AWS credentials to sign the request with .*\n$/);
});

test.each([
  ['--profile', ['--profile', 'nobody'], {}],
  ['AWS_PROFILE', [], { AWS_PROFILE: 'nobody' }],
])('names a profile of %s that is not there', async (_, args, env) => {
  const { code, stdout, stderr } = await start(['list', ...args], env).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^budgeteer: there are no AWS credentials to sign the request with in the profile "nobody" .*"aws configure list-profiles" has it.*another profile.*\n$/);
});

test('asks for help without a URL, credentials or a second file', async () => {
  const { code, stdout } = await start(['--help'], { BUDGETEER_URL: undefined }).ended;
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('budgeteer budget <command>') });
});

test('Ctrl-C stops an import between two requests', async () => {
  const file = join(directory, 'budgets.csv');
  writeFileSync(file, ['principalId,limits', ...Array.from({ length: 4 }, (_, index) => `iam-user/${ACCOUNT}/user${index},5/day`)].join('\n'));
  const { child, ended } = start(['import', file, '--yes'], ENVIRONMENT);
  // Answered late, so that the signal has arrived before the next request.
  manager.delay = 300;
  manager.onRequest = ({ operation }) => void (operation === 'setBudget' && child.kill('SIGINT'));
  const { code, signal, stdout, stderr } = await ended;
  expect({ code, signal }).toEqual({ code: 1, signal: null });
  expect(stdout).toContain('done: 1 added');
  expect(stderr).toContain('budgeteer: 0 failed, 3 not tried (stopped)');
  expect(manager.changes).toHaveLength(1);
});
