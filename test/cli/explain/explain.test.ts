import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { ExitCode } from '../../../src/cli/command';
import { parseInvocationRecord } from '../../../src/lambdas/core/invocation-record';
import { addUsd, formatUsd, usd } from '../../../src/lambdas/core/money';
import { EMBEDDED_PRICES } from '../../../src/lambdas/core/pricing/embedded-catalog';
import { PriceBook } from '../../../src/lambdas/core/pricing/price-book';
import { ACCOUNT, aDataMessage, aRecord, aRecordLine, NOON } from '../../lambdas/core/builders';
import { BrokenPipe, jsonLines, Run, run } from '../run';

const FIXTURE = join(__dirname, '../../fixtures/invocation-records.jsonl');
const NOTICE = 'Permissions are correctly set for Amazon Bedrock logs.';
const KEYS = ['requestId', 'timestamp', 'principalId', 'modelId', 'pricedAs', 'tokens', 'costUsd', 'source', 'assumptions'];

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'explain-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('a record', () => {
  test('is explained by one object of a line', async () => {
    const { code, stdout } = await explain(`${aRecordLine()}\n`);
    expect(code).toBe(ExitCode.OK);
    expect(stdout).toBe(`${JSON.stringify({
      requestId: '0d9f7a52-6f0b-4a37-9a56-2b1c7a3e0001',
      timestamp: '2026-03-10T11:59:30Z',
      principalId: `iam-user/${ACCOUNT}/alice`,
      modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
      pricedAs: 'anthropic.claude-3-haiku-20240307-v1:0',
      tokens: { input: 1000, output: 100, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
      costUsd: '0.000375',
      source: 'catalog',
      assumptions: [],
    })}\n`);
  });

  test.each([
    ['2026-03-10T11:59:30Z', '2026-03-10T11:59:30Z'],
    ['2026-03-10T11:59:30.250Z', '2026-03-10T11:59:30.250Z'],
    ['2026-03-10T06:59:30-05:00', '2026-03-10T11:59:30Z'],
  ])('of %s has that time in UTC', async (timestamp, expected) => {
    expect(jsonLines((await explain(aRecordLine({ timestamp }))).stdout)[0].timestamp).toBe(expected);
  });

  test('of a prompt router is priced as the model that it chose', async () => {
    const record = aRecord({
      operation: 'Converse',
      modelId: `arn:aws:bedrock:us-east-1:${ACCOUNT}:default-prompt-router/anthropic.claude:1`,
      output: { outputTokenCount: 100, outputBodyJson: { trace: { promptRouter: { invokedModelId: 'anthropic.claude-3-haiku-20240307-v1:0' } } } },
    });
    expect(jsonLines((await explain(JSON.stringify(record))).stdout)[0]).toMatchObject({ pricedAs: 'anthropic.claude-3-haiku-20240307-v1:0', source: 'catalog', costUsd: '0.000375' });
  });

  test('of another log is told as such', async () => {
    expect(jsonLines((await explain('{"hello":"world"}')).stdout)[0].error).toBe('timestamp: expected string: not a record of the model-invocation log, which has a modelId and a requestId');
  });

  test('that failed on a model nobody knows is no estimate', async () => {
    const { stdout, stderr } = await explain(aRecordLine({ modelId: 'acme.none-v1', errorCode: 'ValidationException', input: {}, output: {} }));
    expect(jsonLines(stdout)[0]).toMatchObject({ costUsd: '0', source: 'conservative-default' });
    expect(stderr).not.toContain('estimated:');
  });

  test('has more to tell with --details', async () => {
    const record = aRecord({
      modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0',
      input: { inputTokenCount: 1000, cacheReadInputTokenCount: 2000 },
    });
    const [explanation] = jsonLines((await explain(JSON.stringify(record), '--details')).stdout);
    expect(Object.keys(explanation)).toEqual([...KEYS, 'costs', 'prices', 'units', 'priceVersion']);
    expect(explanation.costs).toEqual({ input: '0.0011', output: '0.00055', cacheRead: '0.00022' });
    expect(explanation.prices).toEqual({ input: '0.0000011', output: '0.0000055', cacheRead: '0.00000011' });
    expect(explanation.units).toEqual([]);
    expect(explanation.priceVersion).toBe(EMBEDDED_PRICES.version);
  });

  test('that cost no tokens tells its units with --details', async () => {
    const reel = readFileSync(FIXTURE, 'utf8').split('\n').find(line => line.includes('nova-reel'))!;
    const [{ costUsd, costs, prices, units }] = jsonLines((await explain(reel, '--details')).stdout);
    expect(units).toEqual([expect.objectContaining({ unit: 'second', count: expect.any(Number) })]);
    expect(Object.keys(prices)).toEqual(Object.keys(costs));
    expect(formatUsd(addUsd(...Object.values<string>(costs).map(usd)))).toBe(costUsd);
  });
});

describe('every record of the fixture', () => {
  const lines = readFileSync(FIXTURE, 'utf8').trimEnd().split('\n').slice(1);

  test('costs what the core says that it costs', async () => {
    const { code, stdout, stderr } = await run(['explain', '--logs', FIXTURE]);
    const book = new PriceBook({ embedded: EMBEDDED_PRICES });
    const expected = lines.map(line => {
      const usage = parseInvocationRecord(line, NOON)!;
      const { cost, pricedAs, source, assumptions } = book.priceOf(usage);
      const { requestId, principal, modelId, tokens } = usage;
      return { requestId, principalId: principal.id, modelId, tokens, costUsd: formatUsd(cost), pricedAs, source, assumptions };
    });
    const explained = jsonLines(stdout);
    expect(explained).toEqual(expected.map(each => expect.objectContaining(each)));
    expect(explained.map(Object.keys)).toEqual(explained.map(() => KEYS));
    expect(code).toBe(ExitCode.OK);
    expect(stderr).toContain(`18 calls, ${formatUsd(addUsd(...expected.map(({ costUsd }) => usd(costUsd))))} USD at prices of ${EMBEDDED_PRICES.version}\n`);
    expect(stderr).toContain('skipped: 1 line without a record\n');
    expect(stderr).not.toContain('not read');
  });

  test('is told without anything of prompts and answers', async () => {
    const { stdout, stderr } = await run(['explain', '--logs', FIXTURE, '--details']);
    expect(stdout + stderr).not.toMatch(/victim|stopReason|messages/);
  });
});

describe('the input', () => {
  const record = aRecordLine();

  test.each<readonly [string, string | Buffer]>([
    ['a last line without a newline', `${record}\n${record}`],
    ['carriage returns, blank lines and spaces', `\r\n${record}\r\n   \r\n ${record} \r\n`],
    ['a byte order mark', `\uFEFF${record}\n${record}\n`],
    ['notices', `${NOTICE}\n${record}\n2026-03-10T12:00:00.000Z ${NOTICE}\n${record}\n`],
    ['an export', `2026-03-10T12:00:00.000Z ${record}\n2026-03-10T12:00:00.000Z ${record}\n`],
    ['log events', `${JSON.stringify({ timestamp: NOON, message: record })}\n${JSON.stringify({ timestamp: NOON, message: record })}\n${JSON.stringify({ message: NOTICE })}`],
    ['a batch of a subscription', JSON.stringify(aDataMessage([{ id: '1', timestamp: NOON, message: record }, { id: '2', timestamp: NOON, message: record }]))],
    ['a test of a subscription', `${JSON.stringify(aDataMessage([{ id: '', timestamp: NOON, message: 'x' }], { messageType: 'CONTROL_MESSAGE' }))}\n${record}\n${record}`],
    ['an array on one line', `[${record},${record}]`],
    ['gzip', gzipSync(`${record}\n${record}\n`)],
    ['several gzip files', Buffer.concat([gzipSync(`${record}\n`), gzipSync(`${record}\n`)])],
  ])('may have %s', async (_, input) => {
    const fromPipe = await explain(input);
    expect(fromPipe.code).toBe(ExitCode.OK);
    expect(jsonLines(fromPipe.stdout).map(({ costUsd }) => costUsd)).toEqual(['0.000375', '0.000375']);
    const file = join(directory, 'input');
    writeFileSync(file, input);
    expect(await run(['explain', `--logs=${file}`])).toEqual(fromPipe);
  });

  test('may be empty', async () => {
    expect(await explain('')).toEqual({ code: ExitCode.OK, stdout: '', stderr: `0 calls, 0 USD at prices of ${EMBEDDED_PRICES.version}\nno records were found\n` });
  });

  test('a bare record is taken to be logged now, an exported one when its line says so', async () => {
    const early = aRecordLine({ timestamp: '2026-03-12T00:00:00Z' });
    expect(jsonLines((await explain(early)).stdout)).toEqual([{ line: 1, error: expect.stringContaining('more than a day after') }]);
    expect((await explain(`2026-03-12T00:00:01Z ${early}`)).code).toBe(ExitCode.OK);
    expect((await explain(JSON.stringify({ timestamp: NOON, message: early }))).code).toBe(ExitCode.INCOMPLETE);
  });
});

describe('what cannot be read', () => {
  test('is told by the number of its line, and the rest is explained', async () => {
    const { code, stdout, stderr } = await explain([NOTICE, 'secret prompt', aRecordLine(), '', aRecordLine({ modelId: 7 }), '{"message":"secret"}', '7'].join('\n'));
    expect(code).toBe(ExitCode.INCOMPLETE);
    expect(jsonLines(stdout)).toEqual([
      { line: 2, error: 'not JSON (13 characters)' },
      expect.objectContaining({ costUsd: '0.000375' }),
      { line: 5, error: 'modelId: expected string' },
      { line: 6, error: 'not JSON (6 characters)' },
      { line: 7, error: 'record: expected object' },
    ]);
    expect(stdout.split('\n')[0]).toBe('{"line":2,"error":"not JSON (13 characters)"}');
    expect(stderr).toContain('not read: 4 records; the output tells why\n');
    expect(stdout + stderr).not.toContain('secret');
  });

  test('gzip that breaks off ends the reading, and what came before stands', async () => {
    const packed = gzipSync(`${aRecordLine()}\n${aRecordLine()}`);
    for (const input of [packed.subarray(0, -4), Readable.from([packed.subarray(0, 40), packed.subarray(40, -4)])]) {
      const { code, stdout } = await explain(input);
      expect(code).toBe(ExitCode.INCOMPLETE);
      expect(jsonLines(stdout)).toEqual([
        expect.objectContaining({ costUsd: '0.000375' }),
        expect.objectContaining({ costUsd: '0.000375' }),
        { line: 3, error: expect.stringMatching(/^the gzip data is broken or cut off/) },
      ]);
    }
  });

  test('a disk that fails ends the reading', async () => {
    const failing = Readable.from((function* () {
      yield Buffer.from(`${aRecordLine()}\n`);
      throw Object.assign(new Error('i/o error'), { code: 'EIO' });
    })());
    const { code, stdout } = await explain(failing);
    expect(code).toBe(ExitCode.INCOMPLETE);
    expect(jsonLines(stdout)).toEqual([expect.objectContaining({ costUsd: '0.000375' }), { line: 2, error: 'the input cannot be read to its end (EIO)' }]);
  });

  test('a line of 64 MiB is no record, and what follows it is explained', async () => {
    const input = Readable.from((function* () {
      for (let i = 0; i < 65; i++) yield Buffer.alloc(1024 * 1024, 'x');
      yield Buffer.from(`\n${aRecordLine()}`);
    })());
    const { code, stdout } = await explain(input);
    expect(code).toBe(ExitCode.INCOMPLETE);
    expect(jsonLines(stdout)).toEqual([{ line: 1, error: 'longer than 64 MiB, which no record is' }, expect.objectContaining({ costUsd: '0.000375' })]);
  });

  test.each([
    ['a document that spans lines', JSON.stringify([aRecord()], undefined, 2), 'put each record on a line of its own, for example with jq -c .'],
    ['an object that spans lines', JSON.stringify({ events: [], more: 1 }, undefined, 2), 'put each record on a line of its own, for example with jq -c .'],
    ['UTF-16', Buffer.from(`\uFEFF${aRecordLine()}\r\n`, 'utf16le'), 'is it UTF-16, as PowerShell writes it? UTF-8 is needed'],
  ])('%s comes with what to do', async (_, input, hint) => {
    expect(jsonLines((await explain(input)).stdout)[0]).toEqual({ line: 1, error: expect.stringContaining(hint) });
  });
});

describe('the summary', () => {
  test('tells repeated calls, which are all in the total', async () => {
    const { code, stdout, stderr } = await explain([aRecordLine(), aRecordLine({ requestId: 'r-2' }), aRecordLine()].join('\n'));
    expect(code).toBe(ExitCode.OK);
    expect(jsonLines(stdout)).toHaveLength(3);
    expect(stderr).toContain('3 calls, 0.001125 USD');
    expect(stderr).toContain('repeated: 1 call, 0.000375 USD; the meter charges a call once\n');
  });

  test('tells estimates and assumptions', async () => {
    const { stderr } = await explain(aRecordLine({ modelId: 'anthropic.claude-nobody-knows' }));
    expect(stderr).toMatch(/^estimated: 1 call, 0\.\d+ USD; the price of the model is not known$/m);
    expect(stderr).toMatch(/^unknown-model: 1 call\. \S/m);
  });

  test('lists assumptions in the order of their codes', async () => {
    const { stderr } = await run(['explain', '--logs', FIXTURE]);
    const codes = [...stderr.matchAll(/^([a-z0-9-]+-[a-z0-9-]+): \d+ calls?\. /gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(2);
    expect(codes).toEqual([...codes].sort());
  });
});

describe('the table', () => {
  test('has aligned columns, and the total where the costs are', async () => {
    const { code, stdout, stderr } = await run(['explain', '--logs', FIXTURE, '--format', 'table']);
    expect(code).toBe(ExitCode.OK);
    const rows = stdout.trimEnd().split('\n');
    expect(rows).toHaveLength(1 + 18 + 1);
    const end = rows[0].indexOf('cost (USD)') + 'cost (USD)'.length;
    const costs = rows.slice(1).map(row => /\S+$/.exec(row.slice(0, end))![0]);
    expect(formatUsd(addUsd(...costs.slice(0, -1).map(usd)))).toBe(costs.at(-1));
    expect(rows.at(-1)).toMatch(/^total /);
    expect(rows[1]).toMatch(/^2026-03-10 09:01:00 /);
    expect(new Set(rows.slice(1, -1).map(row => row.slice(end + 2).search(/\S/)))).toEqual(new Set([0]));
    expect(stderr).toContain('18 calls');
  });

  test('shortens ids in the middle and tells of unreadable lines in their place', async () => {
    const { code, stdout } = await explain(`x\n${aRecordLine({ modelId: `anthropic.${'long-'.repeat(20)}end` })}`, '--format=table');
    expect(code).toBe(ExitCode.INCOMPLETE);
    const [, first, second] = stdout.split('\n');
    expect(first).toBe('line 1 could not be read: not JSON (1 characters)');
    expect(second).toMatch(/ anthropic\.\S+…\S+end .* unknown-model$/);
  });
});

describe('--catalog', () => {
  function catalog(text: string): string {
    const file = join(directory, 'prices.txt');
    writeFileSync(file, text);
    return file;
  }

  test('puts the prices of a file before those of the package', async () => {
    const file = catalog('# ours\r\nanthropic.claude-3-haiku-20240307-v1:0 in=1 out=2\r\n');
    const { code, stdout, stderr } = await explain(aRecordLine(), '--catalog', file);
    expect(code).toBe(ExitCode.OK);
    expect(jsonLines(stdout)[0]).toMatchObject({ costUsd: '0.0012', source: 'override' });
    expect(stderr).toContain(`prices of ${EMBEDDED_PRICES.version} and of ${file}`);
  });

  test('may have discounts', async () => {
    expect(jsonLines((await explain(aRecordLine(), '--catalog', catalog('discount anthropic 20%'))).stdout)[0]).toMatchObject({ costUsd: '0.0003', source: 'catalog' });
  });

  test('says what in the file is most likely a slip', async () => {
    const { code, stderr } = await explain(aRecordLine(), '--catalog', catalog(`discount antropic 20%\n#${' '.repeat(4096)}`));
    expect(code).toBe(ExitCode.OK);
    expect(stderr).toContain('in doubt: discount antropic: no provider of that name is known; did you mean "anthropic"?\n');
    expect(stderr).toContain('in doubt: longer than 4096 bytes');
  });

  test.each([
    ['with a row that is wrong', () => catalog('anthropic.claude-opus-5 in=cheap'), 'is not readable: price row "anthropic.claude-opus-5 in=cheap"'],
    ['that does not exist', () => join(directory, 'nowhere'), 'cannot be read (ENOENT)'],
    ['that is a directory', () => directory, 'cannot be read (EISDIR)'],
  ])('%s is refused', async (_, file, message) => {
    expectRefused(await explain(aRecordLine(), '--catalog', file()), `the catalog "${file()}" ${message}`);
  });
});

describe('--assume-cache-write-ttl', () => {
  const record = aRecordLine({ modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0', input: { cacheWriteInputTokenCount: 1000 } });

  test.each([
    [[], { cacheWrite5m: 1000, cacheWrite1h: 0 }, 'cache-write-priced-as-5m'],
    [['--assume-cache-write-ttl', '5m'], { cacheWrite5m: 1000, cacheWrite1h: 0 }, 'cache-write-priced-as-5m'],
    [['--assume-cache-write-ttl', '1h'], { cacheWrite5m: 0, cacheWrite1h: 1000 }, 'cache-write-priced-as-1h'],
  ])('%j', async (args, tokens, assumption) => {
    expect(jsonLines((await explain(record, ...args)).stdout)[0]).toMatchObject({ tokens, assumptions: [assumption] });
  });
});

describe('wrong arguments', () => {
  test.each([
    [[], '--logs is missing: write --logs <file>, or --logs - for standard input'],
    [['--logs', '/nowhere/at-all'], '"/nowhere/at-all" cannot be read (ENOENT): give a file that exists and may be read, or -'],
    [['--logs', __dirname], `"${__dirname}" is a directory`],
    [['--logs', '-', '--format', 'xml'], '--format cannot be "xml": it is json or table'],
    [['--logs', '-', '--assume-cache-write-ttl', '2h'], '--assume-cache-write-ttl cannot be "2h": it is 5m or 1h'],
    [['--logs', '-', '--verbose'], 'there is no option "--verbose": the options are --logs <file or ->, --format'],
    [['records.jsonl'], '"records.jsonl" is no option'],
    [['--logs', '-', '--format', 'table', '--details'], '--details is for --format json'],
  ])('%j', async (args, message) => {
    expectRefused(await run(['explain', ...args], { stdin: aRecordLine() }), message);
  });
});

describe('output that nobody reads', () => {
  test('ends the reading without a word', async () => {
    const stdout = new BrokenPipe(1);
    let read = 0;
    const endless = Readable.from((function* () {
      for (;;) {
        read += 1;
        yield Buffer.from(`${aRecordLine()}\n`);
      }
    })());
    expect(await run(['explain', '--logs', '-'], { stdin: endless, stdout })).toEqual({ code: ExitCode.OK, stdout: `${jsonLine(stdout.text)}\n`, stderr: '' });
    expect(endless.destroyed).toBe(true);
    expect(read).toBeLessThan(100);
  });

  test('does not hide what could not be read before', async () => {
    const input = Readable.from([Buffer.from('x\n'), Buffer.from(`${aRecordLine()}\n`)]);
    expect((await run(['explain', '--logs', '-'], { stdin: input, stdout: new BrokenPipe(1) })).code).toBe(ExitCode.INCOMPLETE);
  });

  test('may be that of the summary alone', async () => {
    expect((await run(['explain', '--logs', '-'], { stdin: aRecordLine(), stderr: new BrokenPipe() })).code).toBe(ExitCode.OK);
  });

  test('for another reason is a failure', async () => {
    const { code, stderr } = await run(['explain', '--logs', '-'], { stdin: aRecordLine(), stdout: new BrokenPipe(0, 'ENOSPC') });
    expect({ code, stderr }).toEqual({ code: ExitCode.INCOMPLETE, stderr: 'budgeteer: the output cannot be written: write ENOSPC\n' });
  });
});

function explain(stdin: string | Buffer | Readable, ...args: readonly string[]): Promise<Run> {
  return run(['explain', '--logs', '-', ...args], { stdin });
}

function expectRefused({ code, stdout, stderr }: Run, message: string): void {
  expect(code).toBe(ExitCode.USAGE);
  expect(stdout).toBe('');
  expect(stderr).toContain(`budgeteer: ${message}`);
  expect(stderr).toContain('"budgeteer explain --help" tells more.\n');
}

function jsonLine(text: string): string {
  return JSON.stringify(JSON.parse(text));
}
