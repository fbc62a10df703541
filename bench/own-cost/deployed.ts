import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildSync } from 'esbuild';
import { BedrockBudgeteer, BedrockBudgeteerProps } from '../../src';
import { Env, Handler, Metric } from '../../src/contract';
import { HOURS_A_MONTH, SELDOM_SENT, SENT_WITH_AGENTS } from './assumptions';

const REPOSITORY = path.join(__dirname, '..', '..');
const LAMBDAS = path.join(REPOSITORY, 'src', 'lambdas');

/** What a deployment consists of, as far as it is paid for whatever is called. */
export interface Deployed {
  readonly handlers: readonly string[];
  /** Metrics that its handlers send hour by hour, and those that they send where something has happened. */
  readonly metrics: number;
  readonly seldomMetrics: number;
  readonly alarms: number;
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly keys: number;
  readonly secrets: number;
  /** Invocations by schedules, a month. */
  readonly scheduledRuns: number;
  /** Pairs of a function and a table with a key of ours that it may use. */
  readonly keyUses: number;
}

type Properties = Readonly<Record<string, any>>;

/** Counts what a template has. */
export function deployed(props: BedrockBudgeteerProps = {}): Deployed {
  const stack = new Stack(new App(), 'Cost');
  new BedrockBudgeteer(stack, 'Budgeteer', props);
  const template = Template.fromStack(stack).toJSON();
  const resources = Object.entries<any>(template.Resources);
  const ofType = (type: string): readonly Properties[] => resources.filter(([, { Type }]) => Type === type)
    .map(([, { Properties: properties = {} }]) => properties);
  const handlers = ofType('AWS::Lambda::Function').map(fn => String(fn.Environment?.Variables?.POWERTOOLS_SERVICE_NAME ?? '')).filter(isHandler).sort();
  const alarms = ofType('AWS::CloudWatch::Alarm');
  const tables = new Set(resources.filter(([, { Type }]) => Type === 'AWS::DynamoDB::Table').map(([id]) => id));
  const schedules: readonly string[] = [...ofType('AWS::Events::Rule'), ...ofType('AWS::Scheduler::Schedule')]
    .flatMap(({ ScheduleExpression: schedule }) => schedule ?? []);
  // Users of API keys are always tracked; each kind has the dollars that it spends as a metric.
  const kinds = ofType('AWS::Lambda::Function').flatMap(fn => String(fn.Environment?.Variables?.[Env.TRACKED_KINDS] ?? '').split(',').filter(Boolean));
  const hasAgents = handlers.includes(Handler.AGENT_REGISTRAR);
  const sent = [...new Set(handlers.flatMap(metricsOf))].filter(metric => hasAgents || !SENT_WITH_AGENTS.has(metric));
  return {
    handlers,
    metrics: sent.filter(metric => !SELDOM_SENT.has(metric)).length + 1 + new Set(kinds).size,
    seldomMetrics: sent.filter(metric => SELDOM_SENT.has(metric)).length,
    alarms: alarms.length,
    alarmMetrics: alarms.flatMap(({ Metrics: metrics = [{ MetricStat: {} }] }) => metrics.filter((metric: Properties) => metric.MetricStat)).length,
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    keys: ofType('AWS::KMS::Key').length,
    secrets: ofType('AWS::SecretsManager::Secret').length,
    scheduledRuns: schedules.reduce((sum, schedule) => sum + runsAMonth(schedule), 0),
    keyUses: ofType('AWS::IAM::Policy').reduce((sum, policy) => sum + tablesIn(policy, tables).size, 0),
  };
}

/** `rate(5 minutes)`, `cron(20 11 * * ? *)` */
export function runsAMonth(schedule: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  if (count !== undefined) {
    return HOURS_A_MONTH * { minute: 60, hour: 1, day: 1 / 24 }[unit as 'minute'] / Number(count);
  }
  const [, minutes, hours, dayOfMonth] = /^cron\((\S+) (\S+) (\S+) \S+ \S+ \S+\)$/.exec(schedule) ?? [];
  if (minutes === undefined || !/^\d+$/.test(minutes)) {
    throw new Error(`how often is ${schedule}? teach bench/own-cost/deployed.ts`);
  }
  const days = dayOfMonth === '*' || dayOfMonth === '?' ? HOURS_A_MONTH / 24 : 1;
  return days * (hours === '*' ? 24 : 1);
}

function tablesIn({ PolicyDocument: document }: Properties, tables: ReadonlySet<string>): ReadonlySet<string> {
  const found = [...JSON.stringify(document).matchAll(/"Fn::GetAtt":\["(\w+)","Arn"\]/g)].map(([, id]) => id);
  return new Set(found.filter(id => tables.has(id)));
}

function isHandler(name: string): boolean {
  return (Object.values(Handler) as string[]).includes(name);
}

const known = new Map<string, readonly Metric[]>();

/** What the code of a handler can emit: whatever names of metrics stand in the files that its bundle is made of, but for the one where all of them stand. */
function metricsOf(handler: string): readonly Metric[] {
  const found = known.get(handler) ?? emittedIn(handler);
  known.set(handler, found);
  return found;
}

function emittedIn(handler: string): readonly Metric[] {
  const { metafile } = buildSync({
    entryPoints: [path.join(LAMBDAS, handler, `${handler}.lambda.ts`)],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    packages: 'external',
    outdir: 'none',
    absWorkingDir: REPOSITORY,
    logLevel: 'error',
  });
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs).filter(file => inputs[file].bytesInOutput > 0));
  const names = used.filter(file => !file.endsWith('src/contract.ts')).flatMap(file => [...readFileSync(path.join(REPOSITORY, file), 'utf8').matchAll(/\bMetric\.([A-Z_]+)\b/g)].map(([, name]) => name));
  return [...new Set(names)].filter((name): name is keyof typeof Metric => name in Metric).map(name => Metric[name]);
}
