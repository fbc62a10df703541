import { formatUsd } from '../money';
import { Chargeback, ChargedTo } from './chargeback';
import { Sums } from './ledger-sums';

/** Of the JSON form of a report; documented in docs/chargeback.md. */
const CHARGEBACK_SCHEMA_VERSION = '1';

/** The report as JSON: amounts as decimal text, since a JavaScript number would lose their last digits. */
export function chargebackJson(report: Chargeback): string {
  const { trust, period } = report;
  return `${JSON.stringify({
    schemaVersion: CHARGEBACK_SCHEMA_VERSION,
    deploymentId: report.deploymentId,
    environmentName: report.environmentName,
    period: { ...period, timeZone: report.timeZone },
    groupBy: report.groupBy,
    total: figures(report.total),
    trust: {
      closed: trust.closed,
      expiredDays: trust.expired ?? null,
      ledgerRetentionDays: report.ledgerRetentionDays,
      unreadableRows: trust.unreadableRows,
      differences: trust.differences.map(({ principalId, days, ledger, budget, difference }) => ({
        principalId, days, ledgerUsd: formatUsd(ledger), budgetUsd: formatUsd(budget), differenceUsd: formatUsd(difference),
      })),
      uncomparedUsd: formatUsd(trust.uncompared),
    },
    byDay: report.byDay.map(named('day')),
    byModel: report.byModel.map(named('modelId')),
    byLabel: Object.fromEntries(report.byLabel.map(({ label, values }) => [
      label, values.map(value => ({ value: value.name === '' ? null : value.name, ...figures(value) })),
    ])),
    byPrincipal: report.byPrincipal.map(({ name: principalId, kind, labels, ...sums }) => ({ principalId, kind, labels, ...figures(sums) })),
    lines: report.lines.map(({ day, principalId, modelId, ...line }) => ({ day, principalId, modelId, ...figures(line) })),
  })}\n`;
}

function named(key: string): (sum: ChargedTo) => object {
  return sum => ({ [key]: sum.name, ...figures(sum) });
}

function figures({ cost, estimated, calls, estimatedCalls, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Sums): object {
  return {
    costUsd: formatUsd(cost), estimatedUsd: formatUsd(estimated), calls, estimatedCalls, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens,
  };
}
