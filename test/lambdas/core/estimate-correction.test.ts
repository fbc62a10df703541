import { NumberText } from '../../../src/lambdas/core/budget-item';
import { MAX_ATTEMPTS } from '../../../src/lambdas/core/charge-once';
import {
  correctedAttributes, CorrectedCall, correctEstimates, CorrectionResult, EstimateCorrection, planCorrections,
} from '../../../src/lambdas/core/estimate-correction';
import { MAX_TRANSACTION_ACTIONS } from '../../../src/lambdas/core/metering';
import { usd } from '../../../src/lambdas/core/money';
import { aCharge, ALICE, aUsage, NOON, ROLE, TODAY } from './builders';

function corrected(callId: string, { principalId = ALICE, day = TODAY, from = '5', to = '2' } = {}): CorrectedCall {
  return { estimate: { callId, principalId, day, cost: usd(from), usage: aUsage() }, charge: aCharge({ cost: usd(to) }) };
}

/** A store that answers as it is told, in order; then everything is written. */
function answering(...answers: readonly CorrectionResult[]) {
  const asked: EstimateCorrection[] = [];
  const waits: number[] = [];
  const ports = {
    store: {
      correct: async (correction: EstimateCorrection): Promise<CorrectionResult> => {
        asked.push(correction);
        return answers[asked.length - 1] ?? { result: 'written' };
      },
    },
    backOff: async (attempt: number) => { waits.push(attempt); },
  };
  return { asked, waits, correct: (calls: readonly CorrectedCall[]) => correctEstimates(calls, NOON, ports) };
}

const conflict: CorrectionResult = { result: 'conflict', message: 'TransactionConflict' };
const forgotten: CorrectionResult = { result: 'day-forgotten' };
const [a, b, c] = [corrected('a'), corrected('b', { from: '0.000000000001', to: '0.5' }), corrected('c', { from: '1', to: '0' })];

describe('corrections', () => {
  test('are of one principal and day each', () => {
    const plan = planCorrections([a, corrected('d', { principalId: ROLE }), b, corrected('e', { day: '2026-03-09' })]);
    expect(plan.map(calls => calls.map(({ estimate }) => estimate.callId))).toEqual([['a', 'b'], ['d'], ['e']]);
  });

  test('leave room for the budget', () => {
    const plan = planCorrections(Array.from({ length: 200 }, (_, index) => corrected(`call-${index}`)));
    expect(plan.map(({ length }) => length)).toEqual([MAX_TRANSACTION_ACTIONS - 1, MAX_TRANSACTION_ACTIONS - 1, 2]);
  });

  test('take from the budget exactly what the estimates were, and add what the calls cost', async () => {
    const { asked, correct } = answering();
    expect(await correct([a, b, c])).toEqual({ corrected: [a, b, c], left: [] });
    expect(asked).toEqual([{ principalId: ALICE, day: TODAY, calls: [a, b, c], repricedAt: NOON, budget: { before: usd('6.000000000001'), after: usd('2.5') } }]);
  });

  test('go on without calls that somebody else has corrected', async () => {
    const { asked, correct } = answering({ result: 'superseded', callIds: new Set(['a', 'c']) });
    expect(await correct([a, b, c])).toEqual({ corrected: [b], left: [] });
    expect(asked[1]).toMatchObject({ calls: [b], budget: { before: usd('0.000000000001'), after: usd('0.5') } });
  });

  test('are none where somebody else has corrected all', async () => {
    const { asked, correct } = answering({ result: 'superseded', callIds: new Set(['a', 'b']) });
    expect(await correct([a, b])).toEqual({ corrected: [], left: [] });
    expect(asked).toHaveLength(1);
  });

  test('are of the ledger alone where the budget has forgotten the day', async () => {
    const { asked, correct } = answering(forgotten);
    expect(await correct([a])).toEqual({ corrected: [a], left: [] });
    expect(asked.map(({ budget }) => budget !== undefined)).toEqual([true, false]);
  });

  test.each<[string, CorrectionResult]>([
    ['others turn out to be corrected already', { result: 'superseded', callIds: new Set(['a']) }],
    ['there is a conflict', conflict],
  ])('ask the budget again where %s: it may hold what is left', async (_, answer) => {
    const { asked, correct } = answering(forgotten, answer);
    await correct([a, b]);
    expect(asked.map(({ budget }) => budget !== undefined)).toEqual([true, false, true]);
  });

  test('wait for conflicts, and leave what does not end to the next run', async () => {
    const first = answering(conflict, conflict);
    expect(await first.correct([a])).toEqual({ corrected: [a], left: [] });
    expect(first.waits).toEqual([1, 2]);
    const endless = answering(...Array.from({ length: MAX_ATTEMPTS }, () => conflict));
    expect(await endless.correct([a, b])).toEqual({ corrected: [], left: [a, b] });
    expect(endless.waits).toHaveLength(MAX_ATTEMPTS - 1);
  });

  test.each<[string, readonly CorrectionResult[], string]>([
    ['refuses an item', [{ result: 'refused', message: 'ValidationError' }], 'ValidationError'],
    ['contradicts itself about rows', [{ result: 'superseded', callIds: new Set(['x']) }], 'not in the transaction'],
    ['contradicts itself about days', [forgotten, forgotten], 'not in the transaction'],
  ])('are left where the table %s, and say why', async (_, answers, refusal) => {
    const { correct } = answering(...answers);
    expect(await correct([a])).toEqual({ corrected: [], left: [a], refusal: expect.stringContaining(refusal) });
  });
});

describe('a corrected row', () => {
  test('has the new price, and the estimate beside it, and leaves the index', () => {
    expect(correctedAttributes(a, NOON)).toEqual({
      set: {
        costUsd: new NumberText('2'),
        prices: { input: new NumberText('2') },
        priceSource: 'catalog',
        priceVersion: 'test',
        repricedAt: '2026-03-10T12:00:00.000Z',
        estimatedCostUsd: new NumberText('5'),
      },
      remove: ['estimate', 'estimatedModel', 'costs', 'pricedAs', 'assumptions'],
    });
  });

  test('that costs nothing has no costs', () => {
    expect(correctedAttributes(c, NOON).remove).toEqual(['estimate', 'estimatedModel', 'costs', 'prices', 'pricedAs', 'assumptions']);
  });
});
