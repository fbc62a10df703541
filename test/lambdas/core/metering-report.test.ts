import * as fc from 'fast-check';
import { KIND_SPEND_METRIC, Metric, PrincipalKindName } from '../../../src/contract';
import { MeteringSummary } from '../../../src/lambdas/core/metering';
import { reportMetering } from '../../../src/lambdas/core/metering-report';
import { usd } from '../../../src/lambdas/core/money';
import { Charge } from '../../../src/lambdas/core/pricing/price-catalog';
import { principalFromArn } from '../../../src/lambdas/core/principal';
import { Observed } from '../observed';
import { aBatch, aCall, ACCOUNT, aLine, HOUR, NOON } from './builders';

function report(summary: Partial<MeteringSummary>, batch = aBatch(), now = NOON) {
  const observed = new Observed();
  reportMetering(batch, { charged: [], duplicates: 0, untracked: 0, unreadable: [], failures: [], ...summary }, observed, now);
  return observed;
}

const unknown = (requestId: string, modelId: string) => {
  const call = aCall({ requestId, modelId, cost: '0.5' });
  return { ...call, charge: { ...call.charge, known: false } };
};

test('counts what became of the records, and their dollars', () => {
  const batch = aBatch(aLine('a', NOON - 9_000), aLine('b', NOON - 2_500), aLine('c', NOON - 4_000));
  const line = aLine('x');
  const { added } = report({
    charged: [aCall({ cost: '0.1' }), aCall({ cost: '0.2' }), unknown('r-3', 'new.model')],
    duplicates: 4,
    untracked: 5,
    unreadable: [{ line, code: 'not-json', message: 'not JSON' }, { line, code: 'wrong-shape', message: 'timestamp: expected string' }],
  }, batch);
  expect(Object.fromEntries(added)).toEqual({
    [Metric.RECORDS_METERED]: 3,
    [Metric.RECORDS_DUPLICATE]: 4,
    [Metric.RECORDS_UNREADABLE]: 2,
    [Metric.RECORDS_UNTRACKED]: 5,
    [Metric.RECORDS_UNKNOWN_MODEL]: 1,
    [Metric.SPEND_USD]: 0.8,
    IamUserSpendUsd: 0.8,
    [Metric.ESTIMATED_USD]: 0.5,
    [Metric.METERING_LAG_SECONDS]: 2.5,
  });
});

test('a batch without lines has no lag and is not worth a line', () => {
  const { added, entries } = report({});
  expect(added.map(([metric]) => metric)).not.toContain(Metric.METERING_LAG_SECONDS);
  expect(entries).toEqual([]);
});

test('a clock that runs behind is no negative lag', () => {
  expect(report({}, aBatch(aLine('a', NOON + 5_000))).added).toContainEqual([Metric.METERING_LAG_SECONDS, 0]);
});

test('an unreadable line is told by code and place, never by its content', () => {
  const line = aLine('{"prompt": "a secret"}');
  const observed = report({ unreadable: [{ line, code: 'wrong-shape', message: 'timestamp: expected string' }] }, aBatch(line));
  expect(observed.at('warn')).toEqual([expect.objectContaining({
    facts: { code: 'wrong-shape', problem: 'timestamp: expected string', logGroup: '/bedrock/invocations', logStream: 'aws/bedrock/modelinvocations', eventId: line.id },
  })]);
  expect(JSON.stringify(observed.entries)).not.toContain('secret');
});

test('an unknown model of which a call cost nothing pages nobody', () => {
  const free = unknown('r-1', 'mistyped.model');
  const { entries, added } = report({ charged: [{ ...free, charge: { ...free.charge, cost: usd('0') } }] });
  expect(entries.filter(({ level }) => level === 'warn')).toEqual([]);
  expect(added).toContainEqual([Metric.RECORDS_UNKNOWN_MODEL, 0]);
});

test('a delivery of which nothing was done tells nothing, since all of it comes again', () => {
  const { entries, added } = report({ failures: [new Error('no answer')], duplicates: 3, unreadable: [{ line: aLine('x'), code: 'not-json', message: 'not JSON' }] }, aBatch('a'));
  expect([entries, added]).toEqual([[], []]);
});

test('an unknown model is told once a batch', () => {
  const { entries } = report({ charged: [unknown('r-1', 'new.model'), unknown('r-2', 'new.model'), unknown('r-3', 'newer.model')] });
  expect(entries.filter(({ level }) => level === 'warn').map(({ facts }) => facts)).toEqual([{ modelId: 'new.model' }, { modelId: 'newer.model' }]);
});

describe('what was charged', () => {
  const lines = (charged: MeteringSummary['charged']) => report({ charged }).entries.filter(({ message }) => message === 'charged').map(({ facts }) => facts);
  const bob = principalFromArn(`arn:aws:iam::${ACCOUNT}:user/bob`);

  test('is told by principal, model and hour of the calls, with sums of dollars and tokens', () => {
    const tokens = { input: 100, output: 20, cacheRead: 3, cacheWrite5m: 4, cacheWrite1h: 5 };
    expect(lines([
      aCall({ requestId: 'a', cost: '0.1', tokens, calledAt: NOON }),
      aCall({ requestId: 'b', cost: '0.2', tokens, calledAt: NOON + HOUR - 1 }),
      aCall({ requestId: 'c', cost: '1', calledAt: NOON + HOUR }),
      aCall({ requestId: 'd', cost: '1', modelId: 'other.model' }),
      aCall({ requestId: 'e', cost: '1', principal: bob }),
    ])).toEqual([
      {
        principalId: `iam-user/${ACCOUNT}/alice`,
        modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
        hour: '2026-03-10T12',
        calls: 2,
        costUsd: 0.3,
        inputTokens: 200,
        outputTokens: 40,
        cacheReadTokens: 6,
        cacheWriteTokens: 18,
      },
      expect.objectContaining({ hour: '2026-03-10T13', calls: 1 }),
      expect.objectContaining({ modelId: 'other.model', calls: 1 }),
      expect.objectContaining({ principalId: bob.id, calls: 1 }),
    ]);
  });

  test('has no tokens of a kind of which there were none', () => {
    const [line] = lines([aCall({ tokens: { input: 7, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 } })]);
    expect(Object.keys(JSON.parse(JSON.stringify(line)))).toEqual(['principalId', 'modelId', 'hour', 'calls', 'costUsd', 'inputTokens']);
  });

  test('has what its guardrails cost apart, where they cost anything', () => {
    const guarded = (requestId: string, costs: Charge['costs']) => {
      const call = aCall({ requestId, cost: '1' });
      return { ...call, charge: { ...call.charge, costs } };
    };
    expect(lines([
      guarded('a', { 'input': usd('0.5'), 'guardrail-topic': usd('0.15'), 'guardrail-content-image': usd('0.35') }), guarded('b', { 'guardrail-topic': usd('1') }), aCall({ requestId: 'c', cost: '1' }),
    ])).toEqual([expect.objectContaining({ calls: 3, costUsd: 3, guardrailUsd: 1.5 })]);
    expect(lines([guarded('a', { 'input': usd('1'), 'image': usd('2'), 'guardrail-topic': usd('0') })])[0]).not.toHaveProperty('guardrailUsd');
  });

  test('is told of the payer, not of the caller', () => {
    const usage = { principal: bob, caller: principalFromArn(`arn:aws:iam::${ACCOUNT}:user/alice`) };
    expect(lines([aCall(usage)])).toEqual([expect.objectContaining({ principalId: bob.id })]);
  });

  test('adds up to the charges, whatever is grouped, and hostile names stay apart', () => {
    const name = fc.constantFrom('a', 'b', 'a","b', '\n', '"');
    const call = fc.record({ modelId: name, hours: fc.integer({ min: 0, max: 2 }), micros: fc.integer({ min: 0, max: 5_000_000 }) });
    const calls = fc.array(call, { maxLength: 30 });
    fc.assert(fc.property(calls, drawn => {
      const told = lines(drawn.map(({ modelId, hours, micros }, index) =>
        aCall({ requestId: `r-${index}`, modelId, calledAt: NOON + hours * HOUR, cost: (micros / 1e6).toFixed(6) })));
      expect(told.length).toBe(new Set(drawn.map(({ modelId, hours }) => JSON.stringify([modelId, hours]))).size);
      expect(told.reduce((sum, { calls: count }) => sum + Number(count), 0)).toBe(drawn.length);
      expect(told.reduce((sum, { costUsd }) => sum + Number(costUsd), 0)).toBeCloseTo(drawn.reduce((sum, { micros }) => sum + micros / 1e6, 0), 6);
    }));
  });

  test('is counted by kind as well, and a kind that nobody is of is not counted at all', () => {
    const of = (arn: string, cost: string) => aCall({ cost, principal: principalFromArn(arn) });
    const { added } = report({
      charged: [
        aCall({ cost: '1' }), of(`arn:aws:sts::${ACCOUNT}:assumed-role/chat/x`, '2'), of(`arn:aws:iam::${ACCOUNT}:user/BedrockAPIKey-a1b2`, '4'), aCall({ cost: '8' }),
      ],
    });
    const kinds: readonly string[] = Object.values(KIND_SPEND_METRIC);
    expect(added.filter(([metric]) => kinds.includes(metric))).toEqual([['IamUserSpendUsd', 9], ['IamRoleSpendUsd', 2], ['ApiKeyUserSpendUsd', 4]]);
    expect(Object.keys(KIND_SPEND_METRIC).sort()).toEqual(Object.values(PrincipalKindName).sort());
  });
});
