import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { CloudWatchLogsClient, FilterLogEventsCommand, FilterLogEventsCommandInput, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import { GetObjectCommand, ListObjectsV2Command, ListObjectsV2CommandInput, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { ExitCode } from '../../../src/cli/command';
import { bucketOf } from '../../../src/cli/simulate/sources/bucket-source';
import { inTurn } from '../../../src/cli/simulate/sources/in-turn';
import { aRecordLine, at, MINUTE } from '../../lambdas/core/builders';
import { run } from '../run';

const RANGE = ['--from', '2026-03-10T08:00:00Z', '--to', '2026-03-10T12:00:00Z'];
const FROM = at('2026-03-10T08:00:00Z');

const logs = mockClient(CloudWatchLogsClient);
const s3 = mockClient(S3Client);

beforeEach(() => {
  logs.reset();
  s3.reset();
});

async function simulate(...args: readonly string[]) {
  const ran = await run(['simulate', '--format', 'json', '--region', 'eu-central-1', '--default-limit', '5/day', ...RANGE, ...args]);
  return { ...ran, result: ran.stdout === '' ? undefined : JSON.parse(ran.stdout) };
}

describe('a log group', () => {
  /** A call every ten minutes; pages of two events, the first of them empty. */
  const events = Array.from({ length: 30 }, (_, index) => {
    const timestamp = FROM + (index - 2) * 10 * MINUTE;
    return { timestamp, message: aRecordLine({ requestId: `r${index}`, timestamp: new Date(timestamp).toISOString() }) };
  });

  function answers() {
    logs.on(FilterLogEventsCommand).callsFake(({ startTime, endTime, nextToken }: FilterLogEventsCommandInput) => {
      const within = events.filter(({ timestamp }) => timestamp >= startTime! && timestamp <= endTime!);
      const page = Number(nextToken ?? -1);
      const shown = page < 0 ? [] : within.slice(page * 2, page * 2 + 2);
      return page * 2 + 2 < within.length ? { events: shown, nextToken: String(page + 1) } : { events: shown };
    });
  }

  test('is read in slices to the last page, each call once', async () => {
    answers();
    const { code, result } = await simulate('--log-group', '/bedrock/invocations');
    expect(code).toBe(ExitCode.OK);
    expect(result.totals.chargedCalls).toBe(24);
    expect(result.records).toEqual({ duplicates: 0, unreadable: 0 });
    const requests = logs.commandCalls(FilterLogEventsCommand).map(({ args: [{ input }] }) => input);
    const places = requests.map(({ logGroupName, logStreamNames }) => `${logGroupName} ${logStreamNames}`);
    expect([...new Set(places)]).toEqual(['/bedrock/invocations aws/bedrock/modelinvocations']);
    // The slices lie side by side and leave nothing out.
    const firsts = requests.filter(({ nextToken }) => nextToken === undefined);
    const slices = firsts.map(({ startTime, endTime }) => [startTime!, endTime!]).sort(([a], [b]) => a - b);
    expect(slices[0][0]).toBe(FROM);
    // Up to an hour after the range: calls are logged when they are over.
    expect(slices.at(-1)![1]).toBe(at('2026-03-10T13:00:00Z') - 1);
    slices.slice(1).forEach(([start], index) => expect(start).toBe(slices[index][1] + 1));
  });

  test('has calls of the end of the range in what was logged after it, and calls of later, which do not count', async () => {
    const record = (requestId: string, called: string, logged: string) => ({
      timestamp: at(`2026-03-10T${logged}Z`), message: aRecordLine({ requestId, timestamp: `2026-03-10T${called}Z` }),
    });
    const logged = [record('slow', '11:59:58', '12:04:00'), record('later', '12:00:00', '12:04:00')];
    logs.on(FilterLogEventsCommand).callsFake(({ startTime, endTime }: FilterLogEventsCommandInput) => (
      { events: logged.filter(({ timestamp }) => timestamp >= startTime! && timestamp <= endTime!) }));
    const { result, stderr } = await simulate('--log-group', '/bedrock/invocations');
    expect(result.totals.chargedCalls).toBe(1);
    expect(stderr).toContain('out of the range: 1 record\n');
  });

  test('that is not there, or may not be read, is told of', async () => {
    logs.on(FilterLogEventsCommand).rejects(new ResourceNotFoundException({ message: 'The specified log group does not exist.', $metadata: {} }));
    const missing = await simulate('--log-group', 'none');
    expect(missing.code).toBe(ExitCode.INCOMPLETE);
    expect(missing.stderr).toContain('reading the log group "none" did not work (ResourceNotFoundException: The specified log group does not exist.): check its name, the region (--region)');
    logs.reset();
    logs.on(FilterLogEventsCommand).rejects(Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }));
    expect((await simulate('--log-group', 'x')).stderr).toContain('reading the log group "x" did not work (AccessDeniedException: not authorized): the credentials need logs:FilterLogEvents on it');
    logs.reset();
    logs.on(FilterLogEventsCommand).rejects(Object.assign(new Error('expired'), { name: 'ExpiredTokenException' }));
    expect((await simulate('--log-group', 'x')).stderr).toContain('log in again, or name a profile by --profile');
  });
});

describe('a bucket', () => {
  const ROOT = 'logs/AWSLogs/444455556666/BedrockModelInvocationLogs/eu-central-1';
  const line = (requestId: string, time: string) => aRecordLine({ requestId, timestamp: `2026-03-10T${time}Z` });
  const objects: Readonly<Record<string, string>> = {
    [`${ROOT}/amazon-bedrock-logs-permission-check`]: 'x',
    [`${ROOT}/2026/03/10/07/a.json.gz`]: line('too-early', '07:10:00'),
    [`${ROOT}/2026/03/10/08/b.json.gz`]: `${line('b1', '08:10:00')}\n${line('b2', '08:20:00')}`,
    [`${ROOT}/2026/03/10/08/data/b1_input.json.gz`]: '{"messages":[]}',
    [`${ROOT}/2026/03/10/11/c.json.gz`]: `${line('c1', '11:59:00')}\n${line('c2', '12:00:00')}`,
    [`${ROOT}/2026/03/10/12/d.json.gz`]: line('d1', '11:59:59'),
    [`${ROOT}/2026/03/10/13/e.json.gz`]: line('too-late', '13:00:00'),
    'logs/AWSLogs/444455556666/BedrockModelInvocationLogs/us-east-1/2026/03/10/09/f.json.gz': aRecordLine({ requestId: 'f1', timestamp: '2026-03-10T09:00:00Z', region: 'us-east-1' }),
    'logs/AWSLogs/444455556666/CloudTrail/eu-central-1/2026/03/10/g.json.gz': '{}',
  };

  beforeEach(() => {
    s3.on(ListObjectsV2Command).callsFake(({ Prefix = '', Delimiter, ContinuationToken }: ListObjectsV2CommandInput) => {
      const keys = Object.keys(objects).filter(key => key.startsWith(Prefix)).sort();
      if (Delimiter) {
        const below = keys.map(key => key.slice(Prefix.length)).filter(key => key.includes('/')).map(key => `${Prefix}${key.split('/')[0]}/`);
        return { CommonPrefixes: [...new Set(below)].map(each => ({ Prefix: each })) };
      }
      const page = Number(ContinuationToken ?? 0);
      return {
        Contents: keys.slice(page, page + 1).map(Key => ({ Key, Size: objects[Key].length })),
        ...(page + 1 < keys.length ? { IsTruncated: true, NextContinuationToken: String(page + 1) } : { IsTruncated: false }),
      };
    });
    s3.on(GetObjectCommand).callsFake(({ Key }: { readonly Key: string }) => ({ Body: Readable.from([gzipSync(objects[Key])], { objectMode: false }) }));
  });

  test('is read by its hours, in all regions, without bodies and the test of permissions', async () => {
    const { code, result, stderr } = await simulate('--s3', 's3://bucket/logs');
    expect(stderr).toContain('passed over: 1 file beside the records (bodies and the like)\n');
    expect(code).toBe(ExitCode.OK);
    // b1, b2, c1, d1 and f1.
    expect(result.totals.chargedCalls).toBe(5);
    expect(s3.commandCalls(GetObjectCommand).map(({ args: [{ input }] }) => input.Key!.split('/').at(-1)).sort()).toEqual(['b.json.gz', 'c.json.gz', 'd.json.gz', 'f.json.gz']);
    expect(result.notes.at(-1)).toContain('The calls are of 2 regions (eu-central-1, us-east-1)');
  });

  test('may have its log below a folder of any name', async () => {
    const key = 'data/2026/03/10/08/data/AWSLogs/444455556666/BedrockModelInvocationLogs/eu-central-1/2026/03/10/08/h.json.gz';
    s3.on(ListObjectsV2Command).callsFake(({ Prefix = '', Delimiter }: ListObjectsV2CommandInput) => (
      Delimiter ? { CommonPrefixes: [{ Prefix: key.slice(0, key.indexOf('/', Prefix.length) + 1) }] } : { Contents: [{ Key: key, Size: 9 }].filter(() => key.startsWith(Prefix)) }));
    s3.on(GetObjectCommand).callsFake(() => ({ Body: Readable.from([gzipSync(line('h1', '08:10:00'))], { objectMode: false }) }));
    const { result, stderr } = await simulate('--s3', 's3://bucket/data/2026/03/10/08/data');
    expect(result.totals.chargedCalls).toBe(1);
    expect(stderr).not.toContain('passed over');
  });

  test('with an object that is broken tells of it and reads the others', async () => {
    s3.on(GetObjectCommand, { Bucket: 'bucket', Key: `${ROOT}/2026/03/10/08/b.json.gz` }).callsFake(() => ({ Body: Readable.from([gzipSync('x'.repeat(99)).subarray(0, 15)], { objectMode: false }) }));
    const { code, result, stderr } = await simulate('--s3', 's3://bucket/logs/');
    expect(code).toBe(ExitCode.INCOMPLETE);
    expect(result.totals.chargedCalls).toBe(3);
    expect(stderr).toContain(`s3://bucket/${ROOT}/2026/03/10/08/b.json.gz, record or line 2: the gzip data is broken or cut off`);
  });

  test('that may not be read is told of', async () => {
    s3.on(ListObjectsV2Command).rejects(new S3ServiceException({ name: 'AccessDenied', message: 'Access Denied', $fault: 'client', $metadata: {} }));
    const { code, stderr } = await simulate('--s3', 's3://bucket/logs');
    expect(code).toBe(ExitCode.INCOMPLETE);
    expect(stderr).toContain('reading "s3://bucket/logs/" did not work (AccessDenied: Access Denied): the credentials need s3:ListBucket on the bucket, s3:GetObject on its objects');
  });

  test.each([
    ['s3://bucket', ''], ['s3://bucket/', ''], ['s3://bucket/logs', 'logs/'], ['s3://bucket/a/b/', 'a/b/'], ['s3://bucket/AWSLogs/', ''], ['s3://bucket/a/AWSLogs', 'a/'],
  ])('%s has the prefix "%s"', (url, prefix) => {
    expect(bucketOf(url)).toEqual({ bucket: 'bucket', prefix });
  });
});

test('what is worked on at once is delivered in its order, and not too much at once', async () => {
  let underWay = 0;
  let most = 0;
  const results: number[] = [];
  for await (const result of inTurn([5, 1, 4, 2, 3, 0], 3, async item => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise(done => setTimeout(done, item));
    underWay -= 1;
    return item;
  })) {
    results.push(result);
  }
  expect(results).toEqual([5, 1, 4, 2, 3, 0]);
  expect(most).toBeLessThanOrEqual(3);
});

test('a failure is heard of when its turn comes, and by nobody else', async () => {
  const results = inTurn([1, 2, 3], 3, item => (item === 2 ? Promise.reject(new Error('second')) : Promise.resolve(item)));
  expect((await results.next()).value).toBe(1);
  await expect(results.next()).rejects.toThrow('second');
});
