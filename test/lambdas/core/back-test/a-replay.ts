import { BackTest } from '../../../../src/lambdas/core/back-test/back-test';
import { backTestPage } from '../../../../src/lambdas/core/back-test/back-test-page';
import { Proposal, ProposedOrders } from '../../../../src/lambdas/core/back-test/proposal';
import { Surroundings } from '../../../../src/lambdas/core/back-test/report-texts';
import { usd } from '../../../../src/lambdas/core/money';
import { ACCOUNT, ALICE, at, MINUTE, settings } from '../builders';

export const START = at('2026-03-09T08:00:00Z');
export const BOB = `iam-user/${ACCOUNT}/bob`;

export interface TestCall {
  readonly id?: string;
  readonly at: number;
  readonly cost: string;
  readonly modelId?: string;
  readonly isEstimate?: boolean;
}

export function replay(
  calls: readonly TestCall[], orders: Readonly<Record<string, ProposedOrders>>, changes: Partial<Proposal> = {}, surroundings: Partial<Surroundings> = {},
) {
  const proposal: Proposal = {
    settings: settings(), timeZone: 'UTC', orders: new Map(Object.entries(orders)), blockDelayMs: MINUTE, restoreDelayMs: 3 * MINUTE, ...changes,
  };
  const backTest = new BackTest(proposal);
  for (const { id = ALICE, cost, ...call } of calls) {
    backTest.add({ modelId: 'a.model', isEstimate: false, ...call, principalId: id, accountId: ACCOUNT, cost: usd(cost) });
  }
  const result = backTest.result();
  return { result, page: backTestPage(result, surroundingsOf(proposal, surroundings)) };
}

export function surroundingsOf(proposal: Proposal, changes: Partial<Surroundings> = {}): Surroundings {
  return { proposal, priceVersion: 'test', source: '1 file', duplicates: 0, unreadable: 0, doubts: [], hasRuntimes: false, regions: ['eu-central-1'], ...changes };
}
