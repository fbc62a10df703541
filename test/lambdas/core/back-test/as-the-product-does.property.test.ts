import * as fc from 'fast-check';
import { BackTest } from '../../../../src/lambdas/core/back-test/back-test';
import { Proposal } from '../../../../src/lambdas/core/back-test/proposal';
import { Status } from '../../../../src/lambdas/core/budget';
import { budgetFromItem } from '../../../../src/lambdas/core/budget-item';
import { addDays, dayOf, startOfDay } from '../../../../src/lambdas/core/calendar';
import { planTransactions } from '../../../../src/lambdas/core/metering';
import { addUsd, formatUsd, usd, ZERO_USD } from '../../../../src/lambdas/core/money';
import { parseSettings } from '../../../../src/lambdas/core/settings';
import { aBudget, aCall, ACCOUNT, agentSettingTexts, ALICE, at, DAY, HOUR, KEY_USER, limit, MINUTE, ROLE, SECOND } from '../builders';
import { InMemoryDeployment } from '../in-memory/deployment';

/** The real thing in memory: meter, table and stream, evaluator, state machines and enforcer, IAM and the monitor, with the same calls. */

const START = at('2026-03-24T06:00:00Z');
const TEXTS = agentSettingTexts({ 'default-api-key-budget-usd': '3' } as never);
const FEDERATED = `federated-user/${ACCOUNT}/guest`;

interface Call {
  readonly principalId: string;
  readonly at: number;
  readonly cost: string;
}

const BUDGETS = [
  { principalId: ALICE, limits: [limit('2', 'calendar day'), limit('9', 'calendar week')] },
  { principalId: ROLE, limits: [limit('4', '3 days', '2026-03-23')], thresholds: { warningPercent: usd('20'), criticalPercent: usd('40') } },
  { principalId: KEY_USER, limits: [limit('3')], enforcement: 'observe' as const },
  { principalId: FEDERATED, limits: [limit('1', 'calendar day')] },
];

const calls = fc.array(fc.record({
  principalId: fc.constantFrom(...BUDGETS.map(({ principalId }) => principalId)),
  gap: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 12 * 60 })),
  cents: fc.integer({ min: 0, max: 180 }),
}), { minLength: 5, maxLength: 60 }).map(drawn => {
  let time = START;
  // The state machines take instants of whole milliseconds; minutes keep calls off the turns of the windows.
  return drawn.map(({ principalId, gap, cents }): Call => ({ principalId, at: time += gap * MINUTE + SECOND, cost: `${cents / 100}` }));
});

interface Change {
  readonly at: number;
  readonly principalId: string;
  readonly from: Status;
  readonly to: Status;
  readonly reason: string;
}

async function theProduct(drawn: readonly Call[], proposal: Proposal, end: number) {
  const { timeZone, blockDelayMs, restoreDelayMs } = proposal;
  const deployment = new InMemoryDeployment({ texts: TEXTS, context: { timeZone } });
  deployment.now = START;
  for (const budget of BUDGETS) {
    deployment.given(aBudget({ ...budget, registeredAt: START, statusSince: START, revision: 0, anchorDay: dayOf(START, timeZone) }));
  }
  const changes: Change[] = [];
  deployment.budgets.onWrite = (before, after) => {
    const [was, is] = [before && budgetFromItem(before), budgetFromItem(after)];
    if (was && was.status !== is.status) {
      changes.push({ at: deployment.now, principalId: is.principalId, from: was.status, to: is.status, reason: is.reason });
    }
  };
  const dueOf = ({ started }: InMemoryDeployment['executions'][number]) => Date.parse(started.input.notBefore) + (started.workflow === 'suspension' ? blockDelayMs : restoreDelayMs);
  let turn = startOfDay(addDays(dayOf(START, timeZone), 1), timeZone);
  const passUntil = async (until: number) => {
    for (;;) {
      const due = Math.min(...deployment.executions.map(dueOf), turn);
      if (due > until) {
        return;
      }
      deployment.now = due;
      if (due === turn) {
        await deployment.monitor();
        await deployment.evaluateStream();
        turn = startOfDay(addDays(dayOf(turn, timeZone), 1), timeZone);
      }
      for (const execution of deployment.executions.filter(each => dueOf(each) <= due)) {
        await execution.run(due);
        await deployment.evaluateStream();
      }
      deployment.executions = deployment.executions.filter(({ over }) => !over);
    }
  };
  const blocked: number[] = [];
  for (const [index, { principalId, at: time, cost }] of drawn.entries()) {
    await passUntil(time);
    deployment.now = time;
    if (deployment.iam.denies(principalId)) {
      blocked.push(index);
      continue;
    }
    const [transaction] = planTransactions([aCall({
      requestId: `r-${index}`,
      callId: `c-${index}`,
      calledAt: time,
      cost,
      day: dayOf(time, timeZone),
      principal: { id: principalId, kind: budgetFromItem(deployment.budgets.item(principalId)!).kind, accountId: ACCOUNT },
    })]);
    await deployment.charges.write(transaction);
    await deployment.evaluateStream();
  }
  await passUntil(end);
  return { changes: inOrder(changes), blocked, spent: deployment.charges.ledgerSums() };
}

function inOrder(changes: readonly Change[]): readonly Change[] {
  const ids = BUDGETS.map(({ principalId }) => principalId);
  return ids.flatMap(id => changes.filter(({ principalId }) => principalId === id));
}

const scenario = fc.record({
  drawn: calls,
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin'),
  blockDelayMs: fc.constantFrom(0, MINUTE, 4 * MINUTE),
  restoreDelayMs: fc.constantFrom(0, 3 * MINUTE),
  after: fc.constantFrom(0, HOUR, 9 * DAY),
});

test('the same calls and budgets have the same changes of status, and the same calls fail', async () => {
  const reached = new Set<string>();
  await fc.assert(fc.asyncProperty(scenario, async ({ drawn, timeZone, blockDelayMs, restoreDelayMs, after }) => {
    const proposal: Proposal = {
      settings: parseSettings(TEXTS),
      timeZone,
      blockDelayMs,
      restoreDelayMs,
      orders: new Map(BUDGETS.map(({ principalId, ...orders }) => [principalId, orders])),
    };
    const end = drawn.at(-1)!.at + after;
    const product = await theProduct(drawn, proposal, end);

    const backTest = new BackTest(proposal);
    // Somebody without a limit is the first and the last to call, so that both take the same days.
    const clock = { principalId: `iam-user/${ACCOUNT}/clock`, accountId: ACCOUNT, modelId: 'm', cost: ZERO_USD, isEstimate: false };
    backTest.add({ ...clock, at: START });
    drawn.forEach(call => backTest.add({ ...clock, ...call, cost: usd(call.cost) }));
    backTest.add({ ...clock, at: end });
    const { principals } = backTest.result();

    const changes = principals.flatMap(({ principalId, transitions }) => transitions.filter(({ from, to }) => from !== to)
      .map(({ at: time, from, to, reason }): Change => ({ at: time, principalId, from, to, reason })));
    expect(inOrder(changes)).toEqual(product.changes);
    const blockedOf = (id: string) => product.blocked.map(index => drawn[index]).filter(({ principalId }) => principalId === id);
    for (const { principalId, blocked, charged } of principals.filter(each => each.principalId !== clock.principalId)) {
      expect(blocked).toEqual({ calls: blockedOf(principalId).length, cost: addUsd(...blockedOf(principalId).map(({ cost }) => usd(cost))) });
      const ledger = [...product.spent].filter(([key]) => key.startsWith(`${principalId} `)).map(([, amount]) => amount);
      expect(formatUsd(charged.cost)).toBe(formatUsd(addUsd(...ledger)));
    }
    product.changes.forEach(({ to }) => reached.add(to));
  }), { numRuns: 120 });
  expect([...reached].sort()).toEqual(['active', 'critical', 'exceeded', 'grace_period', 'restoring', 'suspended', 'warning']);
}, 120_000);
