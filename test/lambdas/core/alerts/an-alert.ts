import { EventType } from '../../../../src/contract';
import { Alert } from '../../../../src/lambdas/core/alerts/alert';
import { alertFor } from '../../../../src/lambdas/core/alerts/alert-for';
import { EventDetail } from '../../../../src/lambdas/core/events';
import { ALICE } from '../builders';

export const CONTEXT = {
  budgetsTable: 'App-Budgets-X',
  settingsPath: '/bedrock-budgeteer/prod/dep-1',
  administrationUrl: 'https://abc123.lambda-url.eu-central-1.on.aws/',
  dashboardUrl: 'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/dep-1-eu-central-1',
};

/** An event that has everything that events may have. */
export function aDetail(changes: Partial<EventDetail> = {}): EventDetail {
  return {
    schemaVersion: '1',
    eventId: 'change-1/event',
    deploymentId: 'dep-1',
    environmentName: 'prod',
    occurredAt: '2026-03-10T12:00:00.000Z',
    actor: 'budget-evaluator',
    reason: '91.2 % of $100.00 spent since 2026-03-01',
    principalId: ALICE,
    principalKind: 'iam-user',
    labels: { team: 'search', owner: 'bob@example.com' },
    status: 'grace_period',
    level: 'critical',
    budget: {
      spentUsd: '91.2345',
      limitUsd: '100',
      sharePercent: '91.2',
      period: 'calendar month',
      periodStart: '2026-03-01',
      periodEndsAt: '2026-04-01T00:00:00.000Z',
      forecast: { outcome: 'exhausts', exhaustedAt: '2026-03-11T05:12:33.123Z', projectedUsd: '302.4567' },
    },
    graceDeadline: '2026-03-10T12:05:00.000Z',
    suspension: { secondsToBlock: 312.4, overspendUsd: '1.295' },
    modelId: 'new.model-v1:0',
    calls: 12,
    digest: {
      audience: 'alerts',
      yesterday: '2026-03-09',
      today: '2026-03-10',
      recentUsd: '12.5',
      principals: 3,
      unreadable: 0,
      topRecent: [],
      topInPeriod: [],
      aboveWarning: [],
      aboveWarningCount: 0,
    },
    before: { costUsd: '3.2' },
    after: { costUsd: '1.1', notRestored: ['arn:aws:iam::444455556666:policy/gone'], runtimes: [], faults: ['off'] },
    ...changes,
  };
}

export function anAlert(type: EventType = EventType.THRESHOLD_CROSSED, changes: Partial<EventDetail> = {}, context: Partial<typeof CONTEXT> = CONTEXT): Alert {
  return alertFor(type, aDetail(changes), { ...CONTEXT, ...context }) ?? fail(type);
}

function fail(type: string): never {
  throw new Error(`nobody is told of "${type}"`);
}
