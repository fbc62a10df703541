import { readFile } from 'node:fs/promises';
import { IANAZone } from 'luxon';
import { PrincipalKindName, SettingName } from '../../contract';
import { sharedLimits } from '../../lambdas/core/agents/shared-limits';
import { MAX_DELAY_MS, Proposal, ProposedOrders } from '../../lambdas/core/back-test/proposal';
import { Limit } from '../../lambdas/core/budget';
import { parsePeriod } from '../../lambdas/core/calendar';
import { groupBy } from '../../lambdas/core/collections';
import { usd } from '../../lambdas/core/money';
import { principalFromId, sharedRolePrincipalId } from '../../lambdas/core/principal';
import { parseSettings, SettingError, Settings } from '../../lambdas/core/settings';
import { LimitArgument, limitOf } from '../budget/arguments/amounts';
import { principalIdOf } from '../budget/arguments/principal';
import { PlacedRow, readRows } from '../budget/bulk/ordered-rows';
import { reasonOf } from '../input';
import { OptionValues } from '../options';
import { UsageError } from '../usage-error';
import { SIMULATE_OPTIONS } from './help';

export type SimulateOptions = OptionValues<typeof SIMULATE_OPTIONS>;

export interface ReadProposal {
  readonly proposal: Proposal;
  /** Ids of the runtimes that run as a role, by the role's id. */
  readonly runtimes: ReadonlyMap<string, readonly string[]>;
  /** What in it is most likely a slip. */
  readonly doubts: readonly string[];
}

/** Of problems in a file so many are told; the others are counted. */
const MAX_PROBLEMS = 20;

/**
 * What the options and the budget file ask for.
 *
 * @throws UsageError telling everything that is wrong with the file
 */
export async function proposalOf(options: SimulateOptions): Promise<ReadProposal> {
  const runtimes = runtimesOf(options.runtime ?? []);
  const rows = options.budgets === undefined ? [] : await rowsOf(options.budgets);
  const defaultLimit = options['default-limit'] === undefined ? undefined : limitFrom(limitOf(options['default-limit']));
  const settings = settingsOf(options);
  const orders = new Map(rows.map(({ row: { principalId, limits, thresholds, enforcement, labels }, kind }): [string, ProposedOrders] => [principalId, {
    ...(kind ? { kind } : {}),
    ...(limits ? { limits: limits.map(limitFrom) } : {}),
    ...(thresholds ? { thresholds: { warningPercent: usd(thresholds.warningPercent), criticalPercent: usd(thresholds.criticalPercent) } } : {}),
    ...(enforcement === 'observe' || enforcement === 'enforced' ? { enforcement } : {}),
    ...(labels ? { labels } : {}),
  }]));
  const doubts = addRuntimes(orders, runtimes, settings);
  if (rows.length === 0 && defaultLimit === undefined) {
    doubts.push('no limits are proposed: give --budgets <file> or --default-limit <amount>/<period>; only holders of API keys have the default limit of the product');
  }
  return {
    proposal: {
      settings,
      timeZone: timeZoneOf(options['time-zone'] ?? 'UTC'),
      orders,
      ...(defaultLimit ? { defaultLimit } : {}),
      ...(options.account === undefined ? {} : { ownAccountId: accountOf(options.account) }),
      blockDelayMs: delayOf('block-delay', options['block-delay']!),
      restoreDelayMs: delayOf('restore-delay', options['restore-delay']!),
    },
    runtimes,
    doubts,
  };
}

async function rowsOf(path: string): Promise<readonly PlacedRow[]> {
  const text = await readFile(path, 'utf8').catch(error => {
    throw new UsageError(`the budgets "${path}" cannot be read (${reasonOf(error)}): give a file as "budgeteer budget export" writes it, or leave --budgets out`);
  });
  const { rows, problems } = await readRows(text);
  if (problems.length > 0) {
    const more = problems.length > MAX_PROBLEMS ? `\n  and ${problems.length - MAX_PROBLEMS} more` : '';
    throw new UsageError(`the budgets "${path}" cannot be tried:\n${problems.slice(0, MAX_PROBLEMS).map(problem => `  ${problem}`).join('\n')}${more}`);
  }
  return rows;
}

function limitFrom({ limitUsd, period, anchorDay }: LimitArgument): Limit {
  return { amount: usd(limitUsd), period: parsePeriod(period), ...(anchorDay === undefined ? {} : { anchorDay }) };
}

/** `<runtime>=<role>`, both by id or ARN. */
function runtimesOf(texts: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const pairs = texts.map(text => {
    const end = text.indexOf('=');
    if (end < 1) {
      throw new UsageError(`--runtime cannot be "${text.slice(0, 100)}": write <runtime>=<role>, each by its id or ARN`);
    }
    const [runtime, role] = [principalIdOf(text.slice(0, end)), principalIdOf(text.slice(end + 1))];
    if (principalFromId(runtime)!.kind !== PrincipalKindName.AGENT_RUNTIME || principalFromId(role)!.kind !== PrincipalKindName.IAM_ROLE) {
      throw new UsageError(`--runtime cannot be "${text.slice(0, 200)}": in front of the = stands an AgentCore runtime, behind it the role that it runs as`);
    }
    return { runtime, role };
  });
  const twice = pairs.find(({ runtime }, index) => pairs.findIndex(other => other.runtime === runtime) !== index);
  if (twice) {
    throw new UsageError(`--runtime names ${twice.runtime} twice: a runtime runs as one role`);
  }
  return new Map([...groupBy(pairs, ({ role }) => role)].map(([role, members]) => [role, members.map(({ runtime }) => runtime).sort()]));
}

/** Gives runtimes their role, and roles that several share the budget that these have together. @returns what is most likely a slip */
function addRuntimes(orders: Map<string, ProposedOrders>, runtimes: ReadonlyMap<string, readonly string[]>, settings: Settings): string[] {
  for (const [roleId, ids] of runtimes) {
    ids.forEach(id => orders.set(id, { ...orders.get(id), role: roleId }));
    if (ids.length > 1) {
      const shared = sharedRolePrincipalId(principalFromId(roleId)!, principalFromId(ids[0])!.region!);
      const limits = sharedLimits(ids.map(id => ({ kind: PrincipalKindName.AGENT_RUNTIME, ...limitsOf(orders.get(id)) })), settings);
      orders.set(shared, { ...(limits ? { limits } : {}), ...orders.get(shared), runtimes: ids });
    }
  }
  const placed = new Set([...runtimes.values()].flat());
  const unplaced = [...orders.keys()].filter(id => principalFromId(id)!.kind === PrincipalKindName.AGENT_RUNTIME && !placed.has(id));
  return unplaced.map(id => `${id} has a limit, but the log tells roles alone: say which it runs as by --runtime ${id}=<role>`);
}

function limitsOf(orders: ProposedOrders | undefined): Pick<ProposedOrders, 'limits'> {
  return orders?.limits && orders.limits.length > 0 ? { limits: orders.limits } : {};
}

/** Options are called as the settings of the product are. */
function settingsOf(options: SimulateOptions): Settings {
  const rules = {
    warning: options['warning-threshold-percent']!, critical: options['critical-threshold-percent']!, grace: options['grace-period-seconds']!, period: options['refresh-period']!,
  };
  try {
    return parseSettings({
      [SettingName.WARNING_THRESHOLD_PERCENT]: rules.warning,
      [SettingName.CRITICAL_THRESHOLD_PERCENT]: rules.critical,
      [SettingName.GRACE_PERIOD_SECONDS]: rules.grace,
      [SettingName.REFRESH_PERIOD]: rules.period,
      [SettingName.DEFAULT_API_KEY_BUDGET_USD]: options['default-api-key-budget-usd']!,
      // Prices come with the calls.
      [SettingName.PRICE_OVERRIDES]: 'none',
      [SettingName.ENFORCEMENT]: 'on',
      [SettingName.ASSUMED_CACHE_WRITE_TTL]: options['assume-cache-write-ttl']!,
      [SettingName.AGENT_WARNING_THRESHOLD_PERCENT]: rules.warning,
      [SettingName.AGENT_CRITICAL_THRESHOLD_PERCENT]: rules.critical,
      [SettingName.AGENT_GRACE_PERIOD_SECONDS]: rules.grace,
      [SettingName.AGENT_REFRESH_PERIOD]: rules.period,
      [SettingName.DEFAULT_AGENT_BUDGET_USD]: options['default-agent-budget-usd']!,
    });
  } catch (error) {
    if (error instanceof SettingError) {
      throw new UsageError(`--${error.message}`);
    }
    throw error;
  }
}

function timeZoneOf(text: string): string {
  if (!IANAZone.isValidZone(text)) {
    throw new UsageError(`--time-zone cannot be "${text.slice(0, 60)}": write a name of the IANA database, like Europe/Berlin or UTC`);
  }
  return text;
}

function accountOf(text: string): string {
  if (!/^\d{12}$/.test(text)) {
    throw new UsageError(`--account cannot be "${text.slice(0, 60)}": write the 12 digits of an AWS account`);
  }
  return text;
}

function delayOf(option: string, text: string): number {
  const [, count, unit] = /^(\d{1,5})(s|m)$/.exec(text) ?? [];
  const delay = Number(count) * (unit === 'm' ? 60_000 : 1000);
  if (!(delay <= MAX_DELAY_MS)) {
    throw new UsageError(`--${option} cannot be "${text.slice(0, 40)}": write seconds or minutes up to ${MAX_DELAY_MS / 60_000}m, like 60s or 3m`);
  }
  return delay;
}
