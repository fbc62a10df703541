import { Metric } from '../../../src/contract';
import { MeteringSummary } from '../../../src/lambdas/core/metering';
import { reportMetering } from '../../../src/lambdas/core/metering-report';
import { Observed } from '../observed';
import { aBatch, aCall, aLine, NOON } from './builders';

function report(summary: Partial<MeteringSummary>, batch = aBatch(), now = NOON) {
  const observed = new Observed();
  reportMetering(batch, { charged: [], duplicates: 0, untracked: 0, unreadable: [], ...summary }, observed, now);
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

test('an unknown model is told once a batch', () => {
  const { entries } = report({ charged: [unknown('r-1', 'new.model'), unknown('r-2', 'new.model'), unknown('r-3', 'newer.model')] });
  expect(entries.filter(({ level }) => level === 'warn').map(({ facts }) => facts)).toEqual([{ modelId: 'new.model' }, { modelId: 'newer.model' }]);
});
