import { PrincipalKindName, SettingName } from '../../../contract';
import { EventDetail } from '../events';
import { plainText } from '../plain-text';
import { principalFromId } from '../principal';
import { AlertContext, NextStep } from './alert';
import { shellQuoted, shellWord } from './shell';
import { instant, isoOrNone } from './texts';

/** Where a message carries no period, a raise is offered for a week. */
const WITHOUT_PERIOD_MS = 7 * 86_400_000;

/** How a budget is raised or exempted: at once for the rest of the period, and for good where the limit is from. */
export function moreBudget(detail: EventDetail, context: AlertContext): NextStep[] {
  const until = endOfRaise(detail);
  const principal = principalFromId(detail.principalId ?? '');
  const forGood = {
    text: `To raise the limit for good, change it in the \`budgets\` of the CDK stack and deploy.${defaultOf(detail, context.settingsPath)}`,
  };
  if (!principal || until === undefined) {
    return [forGood];
  }
  return [
    {
      text: `To raise every limit of the principal by $10.00 at once, until ${instant(until)} (write another amount as you need):`,
      command: context.administrationUrl === undefined ? updateItem(context, principal.id, {
        expression: 'SET topUps = list_append(if_not_exists(topUps, :none), :more), updatedBy = :me',
        values: { ':none': { L: [] }, ':more': { L: [{ M: { amountUsd: { N: '10' }, expiresAt: { S: until } } }] } },
      }) : budgeteer(context.administrationUrl, ['top-up', principal.id, '10', '--expires', until, '--reason', 'why']),
    },
    {
      text: 'To exempt it until then, whatever it spends (it is neither warned nor suspended):',
      command: context.administrationUrl === undefined ? updateItem(context, principal.id, {
        expression: 'SET exemption = :exemption, updatedBy = :me',
        values: { ':exemption': { M: { reason: { S: 'why' }, until: { S: until } } } },
      }) : budgeteer(context.administrationUrl, ['exempt', principal.id, '--until', until, '--reason', 'why']),
    },
    forGood,
  ];
}

/** How an order to suspend is taken back. */
export function takeHoldBack(detail: EventDetail, context: AlertContext): NextStep[] {
  const asking = 'Ask whoever gave the order. Access comes back when it is taken back, not before';
  const principal = principalFromId(detail.principalId ?? '');
  return [principal ? {
    text: `${asking}:`,
    command: context.administrationUrl === undefined
      ? updateItem(context, principal.id, { expression: 'REMOVE #hold SET updatedBy = :me', values: {}, names: { '#hold': 'hold' } })
      : budgeteer(context.administrationUrl, ['restore', principal.id, '--reason', 'why']),
  } : { text: `${asking}.` }];
}

function endOfRaise({ budget, occurredAt }: EventDetail): string | undefined {
  const now = isoOrNone(occurredAt);
  const inAWeek = now === undefined ? undefined : new Date(Date.parse(now) + WITHOUT_PERIOD_MS).toISOString();
  return budget ? isoOrNone(budget.periodEndsAt) : inAWeek;
}

function budgeteer(url: string, words: readonly string[]): string {
  const [first, ...rest] = words.map(shellWord);
  return `npx -p cdk-bedrock-budgeteer budgeteer budget ${first} ${rest.join(' ')} \\\n  --url ${shellWord(plainText(url, 300))}`;
}

interface Update {
  readonly expression: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly names?: Readonly<Record<string, string>>;
}

/** For who has no administration: the order, written into the item by hand. */
function updateItem({ budgetsTable }: AlertContext, principalId: string, { expression, values, names }: Update): string {
  const key = shellQuoted(JSON.stringify({ principalId: { S: principalId } }));
  return [
    `aws dynamodb update-item --table-name ${shellQuoted(plainText(budgetsTable, 255))} --key ${key}`,
    `  --update-expression ${shellQuoted(expression)}`,
    ...(names ? [`  --expression-attribute-names ${shellQuoted(JSON.stringify(names))}`] : []),
    `  --expression-attribute-values ${shellQuoted(JSON.stringify({ ...values, ':me': { S: 'your name' } }))}`,
  ].join(' \\\n');
}

const DEFAULTS: ReadonlyMap<string, readonly [string, SettingName]> = new Map([
  [PrincipalKindName.API_KEY_USER, ['API keys', SettingName.DEFAULT_API_KEY_BUDGET_USD]],
  [PrincipalKindName.AGENT_RUNTIME, ['AgentCore runtimes', SettingName.DEFAULT_AGENT_BUDGET_USD]],
  [PrincipalKindName.AGENT_ROLE, ['AgentCore runtimes, times their number,', SettingName.DEFAULT_AGENT_BUDGET_USD]],
] as const);

/** Where the limit comes from that holds for kinds that have a default. */
function defaultOf({ principalKind }: EventDetail, settingsPath: string): string {
  const [kind, setting] = DEFAULTS.get(principalKind ?? '') ?? [];
  return kind ? ` Where the stack declares none, the default for ${kind} holds: SSM parameter ${plainText(settingsPath, 300)}/${setting}.` : '';
}
