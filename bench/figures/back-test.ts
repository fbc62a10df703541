import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createGzip } from 'node:zlib';
import { bundleHandlers } from '../../demo/deployment';
import { atMost, Bench, BenchContext, Report, rounded } from '../bench';
import { madeRecords } from '../made-calls';
import { Usage, usageOf } from '../process-usage';

const REPOSITORY = path.join(__dirname, '..', '..');
const BUNDLE = path.join(REPOSITORY, 'bin', 'budgeteer.js');

const RECORDS = 1_000_000;
const RECORDS_A_BATCH = 10_000;
const PRINCIPALS = 200;
const FROM = Date.parse('2026-03-01T00:00:00Z');
const ACCOUNT = '000000000000';

const MOST_SECONDS = 60;
const MOST_MEGABYTES = 512;

/** The least that anybody has to do with the bytes. */
const BARE = `const { createReadStream } = require('node:fs');
let rest = '';
let records = 0;
createReadStream(process.argv[2]).pipe(require('node:zlib').createGunzip()).setEncoding('utf8').on('data', chunk => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    records += JSON.parse(line).input.inputTokenCount > 0 ? 1 : 0;
  }
}).on('end', () => console.log(records));
`;

export const backTest: Bench = {
  name: 'back-test',
  title: 'Replaying a million records',
  timeLimitSeconds: 300,

  async measure(context: BenchContext): Promise<Report> {
    await bundleHandlers(context.signal);
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'back-test-'));
    context.afterwards(() => fs.rmSync(directory, { recursive: true, force: true }));
    const logs = path.join(directory, 'records.jsonl.gz');
    await writeRecords(logs, context);
    const script = path.join(directory, 'bare.js');
    fs.writeFileSync(script, BARE);
    const run = (name: string, args: readonly string[]) => usageOf({ name, args }, directory, context.signal);
    const bare = await run('gunzip and JSON.parse', [script, logs]);
    context.log(`gunzip and JSON.parse: ${rounded(bare.seconds)} s`);
    const output = path.join(directory, 'result.json');
    const simulate = await run('budgeteer simulate', [BUNDLE, 'simulate', '--logs', logs, '--default-limit', '0.05/day', '--format', 'json', '--quiet', '--output', output]);
    const { totals } = JSON.parse(fs.readFileSync(output, 'utf8')) as { readonly totals: Readonly<Record<string, number>> };
    if (totals.chargedCalls + totals.blockedCalls !== RECORDS || totals.suspended === 0) {
      throw new Error(`not what was made: ${JSON.stringify(totals)}`);
    }
    const row = (what: string, { seconds, cpuSeconds, megabytes }: Usage) => (
      [what, ...[seconds, cpuSeconds, megabytes, seconds / bare.seconds].map(rounded)]
    );
    return {
      head: ['what', 'seconds', 'of a processor', 'peak memory, MB', 'times as long'],
      rows: [row('gunzip and JSON.parse alone', bare), row('budgeteer simulate', simulate)],
      targets: [
        atMost('a million records', simulate.seconds, MOST_SECONDS, 's'),
        atMost('peak memory', simulate.megabytes, MOST_MEGABYTES, 'MB'),
      ],
      notes: [
        `${rounded(RECORDS)} records of ${PRINCIPALS} principals in one gzipped file of ${rounded(fs.statSync(logs).size / 1e6)} MB, ${rounded(totals.suspended)} of whom are suspended again and again. Read, checked,`
        + ' attributed, priced, sorted on disk, replayed and written as JSON by the program as it is published, in a process of its own. Peak memory is that of the whole process. Memory does'
        + ' not grow with the number of records, but with that of principals, models and suspensions.',
      ],
    };
  },
};

/** Hours of a batch lie in the order of their records, the batches do not. */
async function writeRecords(file: string, { signal, log }: BenchContext): Promise<void> {
  const gzip = createGzip();
  const written = once(gzip.pipe(fs.createWriteStream(file)), 'finish');
  const callers = Array.from({ length: PRINCIPALS }, (_, index) => `arn:aws:iam::${ACCOUNT}:user/user-${index}`);
  const batches = RECORDS / RECORDS_A_BATCH;
  for (let batch = 0; batch < batches; batch += 1) {
    signal.throwIfAborted();
    // 37 and the number of batches have no common divisor: each comes once.
    const slot = (batch * 37) % batches;
    const records = madeRecords({ count: RECORDS_A_BATCH, callers, account: ACCOUNT, from: FROM + slot * RECORDS_A_BATCH * 1000 })
      .map(record => record.replace('"00000000-', `"${String(slot).padStart(8, '0')}-`));
    if (!gzip.write(`${records.join('\n')}\n`)) {
      await once(gzip, 'drain');
    }
  }
  gzip.end();
  await written;
  log(`made ${rounded(RECORDS)} records`);
}
