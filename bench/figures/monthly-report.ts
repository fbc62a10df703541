import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleHandlers } from '../../demo/deployment';
import { Env, Handler } from '../../src/contract';
import { MAX_GROUPS } from '../../src/lambdas/core/chargeback/ledger-sums';
import { formatUsd } from '../../src/lambdas/core/money';
import { REPORTER_MEMORY_MB } from '../../src/reports/reports';
import { atMost, Bench, BenchContext, median, Report, rounded } from '../bench';
import { ledgerPages, LedgerPages, MadeLedger } from '../monthly-report/made-ledger';
import { BARE, REPORT } from '../monthly-report/scripts';
import { ServedLedger, TABLES } from '../monthly-report/served-ledger';
import { Usage, usageOf } from '../process-usage';
import { bundleOf } from './bundles';

const NODE = path.join(__dirname, '..', '..', 'node_modules', '.bin', 'node');
const ROUNDS = 3;
const PERIOD = { key: '2026-11', from: '2026-11-01', to: '2026-11-30' };
const STARTED_AT = '2026-12-02T06:00:00.000Z';

/** Of the memory that the function has; the rest is for what a month has that this one has not, such as long names. */
const MOST_OF_MEMORY = 0.8;
const MOST_TIMES_AS_LONG = 6;

interface Scene extends Pick<MadeLedger, 'rows' | 'principals' | 'times'> {
  readonly name: string;
}

const SCENES: readonly Scene[] = [
  { name: 'a small month', rows: 100_000, principals: 199, times: 1 },
  { name: 'a large month', rows: 100_000, principals: 199, times: 10 },
  { name: 'as many combinations as a report may have', rows: 299_850, principals: 1_999, times: 3 },
];

interface ReportAnswer {
  readonly totalUsd: string;
  readonly calls: number;
  readonly period: string;
  readonly reading: number;
  readonly writing: number;
}

interface Measured extends Scene, Pick<LedgerPages, 'combinations'> {
  readonly calls: number;
  readonly bare: readonly Usage[];
  readonly report: readonly (Usage & ReportAnswer)[];
}

export const monthlyReport: Bench = {
  name: 'monthly-report',
  title: 'The monthly report',
  timeLimitSeconds: 900,

  async measure(context: BenchContext): Promise<Report> {
    await bundleHandlers(context.signal);
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'monthly-report-'));
    context.afterwards(() => fs.rmSync(directory, { recursive: true, force: true }));
    const measured: Measured[] = [];
    for (const scene of SCENES) {
      measured.push(await play(scene, directory, context));
    }
    const times = ({ bare, report }: Measured) => median(report.map(({ cpuSeconds }, round) => cpuSeconds / bare[round].cpuSeconds));
    const of = (usages: readonly Usage[], what: keyof Usage) => median(usages.map(usage => usage[what]));
    const most = Math.max(...measured.flatMap(({ report }) => report.map(({ megabytes }) => megabytes)));
    const perMillion = ({ report, calls }: Measured) => median(report.map(({ reading }) => reading)) / calls * 1e6;
    return {
      head: ['what', 'rows of the month', 'combinations', 'how', 'seconds', 'of a processor, s', 'times as long', 'peak memory, MB'],
      rows: measured.flatMap(each => [['fetch and JSON.parse alone', each.bare] as const, ['the report', each.report] as const].map(([how, usages]) => [
        each.name, rounded(each.calls), rounded(each.combinations), how,
        rounded(of(usages, 'seconds')), rounded(of(usages, 'cpuSeconds')), rounded(usages === each.bare ? 1 : times(each)), rounded(of(usages, 'megabytes')),
      ])),
      targets: [
        atMost(`peak memory, in the worst case, of the ${rounded(REPORTER_MEMORY_MB)} MB that the function has`, most, REPORTER_MEMORY_MB * MOST_OF_MEMORY, 'MB'),
        atMost('a large month beside fetching and parsing the same pages: processor time', times(measured[1]), MOST_TIMES_AS_LONG, 'times as long'),
      ],
      notes: [
        `The chargeback-reporter as it is published, in a process of its own: it plans, reads the eight parts one after another and writes CSV, JSON and page. On AWS four functions read side by side. Medians of ${ROUNDS} rounds`
        + ' in which both take turns; ratios are of processor time, since the process that serves the pages takes its own. Node has the heap that Lambda gives it there, nine tenths of the memory.',
        'Pages come over HTTP as DynamoDB answers a scan: of the megabyte that it reads for each, half are rows of another month, which do not travel. There are 100,000 different rows (299,850 in the last case), which come again in larger ledgers.'
        + ' The total is compared with the prices of the calls, and the report with the budgets: no difference.',
        `Of a large month a million rows take ${rounded(perMillion(measured[1]))} s of a processor to be read and added up; the rest is the loading of the bundle and the writing. Where there are as many combinations as may be (${rounded(MAX_GROUPS)}),`
        + ` writing takes ${rounded(median(measured[2].report.map(({ writing }) => writing)))} s. Memory follows the combinations of day, principal and model, not the rows.`,
      ],
    };
  },
};

async function play(scene: Scene, directory: string, context: BenchContext): Promise<Measured> {
  context.log(`${scene.name}: making the ledger`);
  const pages = ledgerPages({ period: PERIOD, ...scene });
  const served = new ServedLedger(pages);
  context.afterwards(() => served.stop());
  const env = environment(await served.start());
  const run = async <A extends { readonly calls: number }>(name: string, script: string): Promise<Usage & A> => {
    const file = path.join(directory, 'answer.json');
    const args = [`--max-old-space-size=${Math.floor(REPORTER_MEMORY_MB * 0.9)}`, '--input-type=module', '--eval', script];
    const usage = await usageOf({ name, args, env: { ...env, ANSWER_FILE: file }, node: NODE }, directory, context.signal);
    const answer = JSON.parse(fs.readFileSync(file, 'utf8')) as A;
    if (answer.calls !== pages.rows) {
      throw new Error(`${name} found ${answer.calls} of ${pages.rows} rows`);
    }
    return { ...usage, ...answer };
  };
  const bare: Usage[] = [];
  const report: (Usage & ReportAnswer)[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    context.log(`${scene.name}: round ${round} of ${ROUNDS}`);
    bare.push(await run('fetching and parsing', BARE));
    const told = await run<ReportAnswer>('the report', REPORT);
    const [event] = served.events.splice(0);
    if (told.totalUsd !== formatUsd(pages.cost) || told.period !== PERIOD.key || event.detail.after.differences !== 0) {
      throw new Error(`not the report of what was made: ${told.totalUsd} instead of ${formatUsd(pages.cost)} USD, ${event.detail.after.differences} differences`);
    }
    report.push(told);
    context.log(`${rounded(told.cpuSeconds)} s of a processor, ${rounded(told.megabytes)} MB; fetching and parsing alone ${rounded(bare.at(-1)!.cpuSeconds)} s`);
  }
  served.stop();
  return { ...scene, combinations: pages.combinations, calls: pages.rows, bare, report };
}

function environment(endpoint: string): Readonly<Record<string, string>> {
  const bundle = bundleOf(Handler.CHARGEBACK_REPORTER);
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_LAMBDA_FUNCTION_NAME: 'ChargebackReporter',
    LAMBDA_TASK_ROOT: path.dirname(bundle),
    POWERTOOLS_SERVICE_NAME: Handler.CHARGEBACK_REPORTER,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    BUNDLE: pathToFileURL(bundle).href,
    STARTED_AT,
    [Env.DEPLOYMENT_ID]: 'bench',
    [Env.ENVIRONMENT_NAME]: 'bench',
    [Env.TIME_ZONE]: 'UTC',
    [Env.BUDGETS_TABLE]: TABLES.budgets,
    [Env.LEDGER_TABLE]: TABLES.ledger,
    [Env.LEDGER_RETENTION_DAYS]: '62',
    [Env.EVENT_BUS]: 'bus',
    [Env.REPORTS_BUCKET]: 'reports',
    [Env.REPORTS_GROUP_BY]: JSON.stringify(['team', 'purpose']),
  };
}
