import { PrincipalKindName, SettingName } from '../../../contract';
import { EventDetail } from '../events';
import { plainText } from '../plain-text';
import { principalFromId } from '../principal';
import { AlertContext, NextStep } from './alert';
import { isoOrNone } from './texts';

/** How a budget is raised: for good where the limit is from, and at once for the rest of the period. */
export function moreBudget(detail: EventDetail, { budgetsTable, settingsPath }: AlertContext): NextStep[] {
  const until = detail.budget && isoOrNone(detail.budget.periodEndsAt);
  const principal = principalFromId(detail.principalId ?? '');
  const forGood = {
    text: `To raise the limit for good, change it in the \`budgets\` of the CDK stack and deploy.${defaultOf(detail, settingsPath)}`,
  };
  if (!principal || !until) {
    return [forGood];
  }
  const key = JSON.stringify({ principalId: { S: principal.id } });
  const values = JSON.stringify({
    ':none': { L: [] },
    ':more': { L: [{ M: { amountUsd: { N: '10' }, expiresAt: { S: until } } }] },
    ':me': { S: 'your name' },
  });
  return [
    forGood,
    {
      text: `To raise every limit of the principal by $10.00 at once, until ${until} (write another amount as you need):`,
      command: [
        `aws dynamodb update-item --table-name '${plainText(budgetsTable, 255)}' --key '${key}' \\`,
        "  --update-expression 'SET topUps = list_append(if_not_exists(topUps, :none), :more), updatedBy = :me' \\",
        `  --expression-attribute-values '${values}'`,
      ].join('\n'),
    },
  ];
}

/** Where the limit comes from that holds for kinds that have a default. */
function defaultOf({ principalKind }: EventDetail, settingsPath: string): string {
  const whose: Partial<Record<string, readonly [string, SettingName]>> = {
    [PrincipalKindName.API_KEY_USER]: ['API keys', SettingName.DEFAULT_API_KEY_BUDGET_USD],
    [PrincipalKindName.AGENT_RUNTIME]: ['AgentCore runtimes', SettingName.DEFAULT_AGENT_BUDGET_USD],
    [PrincipalKindName.AGENT_ROLE]: ['AgentCore runtimes, times their number,', SettingName.DEFAULT_AGENT_BUDGET_USD],
  };
  const [kind, setting] = whose[principalKind ?? ''] ?? [];
  return kind ? ` Where the stack declares none, the default for ${kind} holds: SSM parameter ${plainText(settingsPath, 300)}/${setting}.` : '';
}
