import { BackTestResult, deniedMs } from '../../../../src/lambdas/core/back-test/back-test';
import { firstAt, remarksOf, warnedAt } from '../../../../src/lambdas/core/back-test/back-test-page';
import { Curve } from '../../../../src/lambdas/core/back-test/curve';
import { Days } from '../../../../src/lambdas/core/back-test/days';
import { MAX_DELAY_MS } from '../../../../src/lambdas/core/back-test/proposal';
import { countedText, instantText } from '../../../../src/lambdas/core/back-test/report-texts';
import { Samples } from '../../../../src/lambdas/core/back-test/samples';
import { windowStates } from '../../../../src/lambdas/core/budget';
import { formatUsd, usd } from '../../../../src/lambdas/core/money';
import { aBudget, ACCOUNT, ALICE, at, DAY, HOUR, KEY_USER, limit, MINUTE, ROLE, SECOND, settings } from '../builders';
import { BOB, replay, START, TestCall } from './a-replay';

describe('samples', () => {
  const taken = (samples: Samples<string>) => samples.points.map(point => point.at);

  test('are due at once, and after a step again', () => {
    const samples = new Samples<string>(10, 100);
    expect(samples.isDue(-5)).toBe(true);
    samples.add(0, 'a');
    expect([99, 100].map(instant => samples.isDue(instant))).toEqual([false, true]);
    expect(samples.points).toEqual([{ at: 0, value: 'a' }]);
  });

  test('of which there are as many as there may be become half, and are taken half as often', () => {
    const samples = new Samples<string>(4, 100);
    [0, 100, 200].forEach(instant => samples.add(instant, 'a'));
    expect(taken(samples)).toEqual([0, 100, 200]);
    samples.add(300, 'a');
    expect(taken(samples)).toEqual([0, 200]);
    // The step of the last one was still the short one.
    expect([399, 400].map(instant => samples.isDue(instant))).toEqual([false, true]);
    samples.add(400, 'a');
    expect([599, 600].map(instant => samples.isDue(instant))).toEqual([false, true]);
  });

  test('are a minute apart, and at most a hundred and twenty', () => {
    const samples = new Samples<number>();
    for (let index = 0; index < 119; index += 1) {
      samples.add(index * MINUTE, index);
    }
    expect([samples.points.length, samples.isDue(119 * MINUTE - 1), samples.isDue(119 * MINUTE)]).toEqual([119, false, true]);
    samples.add(119 * MINUTE, 119);
    expect(samples.points).toHaveLength(60);
  });
});

describe('a curve', () => {
  const days = new Days('UTC');
  const stateAt = (instant: number, spent: string) => windowStates(
    aBudget({ limits: [limit('4', 'calendar day')], spend: new Map([[days.of(instant), usd(spent)]]) }), settings(), days.of(instant), instant,
  )[0];
  const curveOf = (...points: readonly (readonly [iso: string, spent: string])[]) => {
    const curve = new Curve(days);
    points.forEach(([iso, spent]) => curve.add(at(iso), stateAt(at(iso), spent)));
    return curve.points.map(point => [new Date(point.at).toISOString().slice(5, 16), point.spentUsd, point.limitUsd]);
  };

  test('goes through what was spent, within one window', () => {
    expect(curveOf(['2026-03-10T10:00:00Z', '1'], ['2026-03-10T11:00:00Z', '2.5'])).toEqual([['03-10T10:00', 1, 4], ['03-10T11:00', 2.5, 4]]);
  });

  test('falls to nothing at the turn of its window, once', () => {
    expect(curveOf(['2026-03-10T10:00:00Z', '1'], ['2026-03-12T10:00:00Z', '2'])).toEqual([['03-10T10:00', 1, 4], ['03-11T00:00', 0, 4], ['03-12T10:00', 2, 4]]);
  });

  test('needs no point at a turn at which it has one', () => {
    expect(curveOf(['2026-03-10T10:00:00Z', '1'], ['2026-03-11T00:00:00Z', '0'])).toEqual([['03-10T10:00', 1, 4], ['03-11T00:00', 0, 4]]);
  });
});

describe('days', () => {
  test('are those of the time zone, whatever was asked before', () => {
    const days = new Days('Europe/Berlin');
    const instants = ['2026-03-28T22:59:59.999Z', '2026-03-28T23:00:00Z', '2026-03-29T21:59:59.999Z', '2026-03-29T22:00:00Z', '2026-03-28T22:59:59.999Z'];
    expect(instants.map(iso => days.of(at(iso)))).toEqual(['2026-03-28', '2026-03-29', '2026-03-29', '2026-03-30', '2026-03-28']);
    expect(['2026-03-29', '2026-03-30', '2026-03-29'].map(day => new Date(days.startOf(day)).toISOString())).toEqual([
      '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z', '2026-03-28T23:00:00.000Z',
    ]);
  });
});

describe('words', () => {
  test.each([[0, '0 calls'], [1, '1 call'], [2, '2 calls'], [1_234, '1,234 calls']])('%d: %s', (count, text) => {
    expect(countedText(count, 'call')).toBe(text);
  });

  test('instants are told in a time zone, to the minute or as they are wanted', () => {
    const instant = at('2026-03-09T23:04:05Z');
    expect([instantText(instant, 'Europe/Berlin'), instantText(instant, 'UTC', 'yyyy-MM-dd')]).toEqual(['2026-03-10 00:04', '2026-03-09']);
  });

  test('a delay is ten minutes at most', () => {
    expect(MAX_DELAY_MS).toBe(600_000);
  });
});

/** Reaches a threshold a minute; the fourth dollar is the limit. */
const fourDollars = (id = ALICE): readonly TestCall[] => [0, 1, 2, 3].map(index => ({ id, at: START + index * MINUTE, cost: '1' }));
const DAILY = { limits: [limit('4', 'calendar day')] };

test('what happened first is found by the status that came of it, or the threshold that was reached', () => {
  const [alice] = replay(fourDollars(), { [ALICE]: DAILY }).result.principals;
  expect([firstAt(alice, 'grace_period', 'exceeded'), firstAt(alice, 'warning'), firstAt(alice, 'suspended'), warnedAt(alice)]).toEqual([
    START + 3 * MINUTE, START + 2 * MINUTE, undefined, START + 2 * MINUTE,
  ]);
  const [bob] = replay([{ id: BOB, at: START, cost: '1' }], { [BOB]: DAILY }).result.principals;
  expect([firstAt(bob, 'active'), warnedAt(bob)]).toEqual([undefined, undefined]);
  // A threshold that makes no other status is told of, and is no change of it.
  const crossing = { at: 5, from: 'warning' as const, to: 'warning' as const, reason: '', crossed: [{}], windows: [] };
  expect([firstAt({ transitions: [crossing] as never }, 'warning'), warnedAt({ transitions: [{ ...crossing, at: 4, crossed: [] }, crossing] as never })]).toEqual([undefined, 5]);
});

test('somebody is denied until the end where nobody restored them, and never for less than nothing', () => {
  const suspension = { exceededAt: 0, overspend: usd('0'), blockedCalls: 0, saved: usd('0') };
  expect(deniedMs([], 100)).toBe(0);
  expect(deniedMs([{ ...suspension, from: 10, to: 30 }, { ...suspension, from: 50 }], 100)).toBe(70);
  expect(deniedMs([{ ...suspension, from: 120 }], 100)).toBe(0);
});

test('remarks are all that a limit does not do, in one line', () => {
  const { result } = replay([
    ...fourDollars(), { at: START + 10 * MINUTE, cost: '2' }, { id: BOB, at: START + 10 * MINUTE, cost: '1', isEstimate: true }, { id: ROLE, at: START + 11 * MINUTE, cost: '0.5' }, { id: KEY_USER, at: START + 12 * MINUTE, cost: '1' },
  ], { [ALICE]: { ...DAILY, enforcement: 'observe' }, [BOB]: { enforcement: 'observe' } }, { ownAccountId: '999999999999', defaultLimit: limit('50') });
  expect(result.principals.map(principal => `${principal.principalId.split('/')[2]}: ${remarksOf(principal)}`)).toEqual([
    `report-writer: the default limit; out of reach: belongs to account ${ACCOUNT}: restrict it there`,
    `BedrockAPIKey-a1b2: the default limit; out of reach: belongs to account ${ACCOUNT}: restrict it there`,
    `alice: observed only; out of reach: belongs to account ${ACCOUNT}: restrict it there`,
    `bob: the default limit; observed only; out of reach: belongs to account ${ACCOUNT}: restrict it there; $1.00 of it estimated`,
  ]);
});

test('a result has everything of everybody', () => {
  const { result } = replay([
    ...fourDollars(), { at: START + 10 * MINUTE, cost: '7', modelId: 'b.model', isEstimate: true }, { id: ROLE, at: START + DAY, cost: '0.25', isEstimate: true },
  ], { [ALICE]: { ...DAILY, labels: { team: 'data' }, thresholds: { warningPercent: usd('60'), criticalPercent: usd('75') } } });
  const text = (_: string, value: unknown) => (typeof value === 'bigint' ? formatUsd(value as BackTestResult['charged']['cost']) : value);
  expect(JSON.parse(JSON.stringify(result, text))).toMatchSnapshot();
});

test('a runtime is out of reach where its role is', () => {
  const runtime = `agent-runtime/${ACCOUNT}/eu-central-1/support-Ab12Cd34Ef`;
  const { result: { principals: [principal] } } = replay([{ id: runtime, at: START, cost: '1' }], { [runtime]: { role: 'iam-role/999999999999/agents' } });
  expect(principal.unenforceable).toContain('999999999999');
});

test('a result of nothing has neither a beginning nor an end', () => {
  const nothing = { calls: 0, cost: 0n };
  expect(replay([], {}).result).toEqual({ charged: nothing, blocked: nothing, estimated: nothing, blockedEstimated: nothing, principals: [], costs: [] });
});

test('costs stand by model, then by day, whatever came first', () => {
  const { result } = replay([
    { at: START, cost: '1', modelId: 'z' }, { at: START + SECOND, cost: '2', modelId: 'a' }, { at: START + DAY, cost: '3', modelId: 'z' }, { at: START + DAY, cost: '4', modelId: 'z' }, { at: START + DAY + HOUR, cost: '5', modelId: 'a' },
  ], {});
  expect(result.costs.map(({ modelId, day, charged }) => [modelId, day, charged.calls, formatUsd(charged.cost)])).toEqual([
    ['a', '2026-03-09', 1, '2'], ['a', '2026-03-10', 1, '5'], ['z', '2026-03-09', 1, '1'], ['z', '2026-03-10', 2, '7'],
  ]);
});
