import { BedrockBudgeteerProps, MantleUse, SuspensionStrategy } from '../../src';
import { costOf } from './list-prices';

/** Something that is off by default. */
export interface Feature {
  readonly name: string;
  readonly props: BedrockBudgeteerProps;
  /** Without it there is nothing to switch on. @default - by itself */
  readonly beside?: BedrockBudgeteerProps;
  /** What it costs a month beside what stands in the template. @default nothing */
  readonly usd?: number;
  /** And by what it is used. */
  readonly note?: string;
}

const DAYS_A_MONTH = 730 / 24;

/** Each prop that switches something on has a row here; what its template has is counted. */
export const FEATURES: readonly Feature[] = [
  { name: '`agentCore`', props: { agentCore: true } },
  {
    name: '`agentBudgets.computeCosts`',
    props: { agentCore: true, agentBudgets: { computeCosts: true } },
    beside: { agentCore: true },
    note: `and ${(costOf('metricRead', 2) * 730).toFixed(3)} a runtime, whose two metrics are read every hour`,
  },
  { name: '`administration`', props: { administration: true }, note: 'and two invocations\' worth of Lambda a request' },
  { name: '`reports`', props: { reports: {} }, note: 'and reading the whole ledger for each report, a cent or two a million rows' },
  { name: '`dailyDigest`', props: { dailyDigest: {} }, note: 'and reading the budgets once a day' },
  { name: '`SuspensionStrategy.DETACH`', props: { suspensionStrategy: SuspensionStrategy.DETACH } },
  { name: '`MantleUse.DENY`', props: { mantleUse: MantleUse.DENY }, note: 'and reading the budgets every hour' },
  {
    name: '`reconciliation`',
    props: { reconciliation: true },
    usd: costOf('billRequest', 2 * DAYS_A_MONTH),
    note: 'and 0.005 a GB of the meter\'s log of four days, every day',
  },
  {
    name: '`reconciliationPrincipalTag`',
    props: { reconciliation: true, reconciliationPrincipalTag: 'principal' },
    beside: { reconciliation: true },
    usd: costOf('billRequest', DAYS_A_MONTH),
    note: 'a request a day, and the log once more',
  },
  {
    name: '`tracing`',
    props: { tracing: true },
    note: `${costOf('trace', 1_000_000).toFixed(2)} a million traces; unless the account says otherwise, X-Ray takes the first request in a second and 5 % of the rest`,
  },
];
