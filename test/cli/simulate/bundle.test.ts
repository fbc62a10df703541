import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { aRecordLine, at } from '../../lambdas/core/builders';

/** The program as it is published, in a process of its own, with logs that a server on this machine has. */

const BUNDLE = resolve(__dirname, '../../../bin/budgeteer.js');
const FIXTURES = join(__dirname, '../../fixtures/back-test');
const RANGE = ['--from', '2026-03-10', '--to', '2026-03-11'];

let directory: string;
let server: Server;
let url: string;
let answer: (request: IncomingMessage, body: string, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk)).on('end', () => answer(request, Buffer.concat(chunks).toString(), response));
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'simulate-'));
  writeFileSync(join(directory, 'config'), '[default]\nregion = eu-central-1\n');
});

afterEach(() => rmSync(directory, { recursive: true }));

function simulate(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise(done => {
    execFile(process.execPath, [BUNDLE, 'simulate', ...args], {
      env: {
        AWS_ENDPOINT_URL: url,
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_CONFIG_FILE: join(directory, 'config'),
        AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
        HOME: directory,
      },
      maxBuffer: 64 * 1024 * 1024,
    }, (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, stdout, stderr }));
  });
}

test('reads a log group that throttles', async () => {
  let requests = 0;
  answer = (request, body, response) => {
    requests += 1;
    expect(request.headers['x-amz-target']).toBe('Logs_20140328.FilterLogEvents');
    expect(request.headers.authorization).toMatch(/Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/logs\//);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (requests <= 2) {
      response.writeHead(400).end(JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' }));
      return;
    }
    const { startTime } = JSON.parse(body) as { readonly startTime: number };
    const message = aRecordLine({ requestId: `r-${startTime}`, timestamp: new Date(startTime).toISOString() });
    response.end(JSON.stringify({ events: [{ message, timestamp: startTime }] }));
  };
  const { code, stdout, stderr } = await simulate('--log-group', '/bedrock/invocations', ...RANGE, '--default-limit', '1/day', '--format', 'json', '--quiet');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '64 records read\nout of the range: 2 records\n' });
  // An hour more than the range is read, and two of the slices begin in it.
  expect(JSON.parse(stdout).totals.chargedCalls).toBe(62);
  expect(requests).toBeGreaterThan(64);
}, 60_000);

test('reads a bucket', async () => {
  const key = 'AWSLogs/444455556666/BedrockModelInvocationLogs/eu-central-1/2026/03/10/12/a.json.gz';
  answer = (request, _, response) => {
    const { pathname, searchParams } = new URL(request.url!, url);
    if (searchParams.has('list-type')) {
      const prefix = searchParams.get('prefix')!;
      const next = key.startsWith(prefix) ? `${prefix}${key.slice(prefix.length).split('/')[0]}/` : undefined;
      const found = searchParams.has('delimiter') ? next && `<CommonPrefixes><Prefix>${next}</Prefix></CommonPrefixes>` : next && `<Contents><Key>${key}</Key><Size>200</Size></Contents>`;
      response.setHeader('content-type', 'application/xml');
      response.end(`<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${found ?? ''}</ListBucketResult>`);
      return;
    }
    expect(pathname).toBe(`/bucket/${key}`);
    response.end(gzipSync(aRecordLine()));
  };
  const { code, stdout, stderr } = await simulate('--s3', 's3://bucket', ...RANGE, '--default-limit', '1/day', '--format', 'json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '1 record read\n' });
  expect(at(JSON.parse(stdout).from)).toBe(at('2026-03-10T11:59:30Z'));
}, 60_000);

test('writes a page that has all it needs', async () => {
  const output = join(directory, 'report.html');
  const { code } = await simulate('--logs', join(FIXTURES, 'day.jsonl'), '--budgets', join(FIXTURES, 'budgets.csv'), '--format', 'html', '--output', output);
  expect(code).toBe(0);
  const page = readFileSync(output, 'utf8');
  expect(page.length).toBeGreaterThan(300_000);
  expect(page).toContain('iam-role/111122223333/nightly-report');
}, 60_000);
