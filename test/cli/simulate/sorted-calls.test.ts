import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { MOST_COST, ReadCall, SortedCalls } from '../../../src/cli/simulate/sorted-calls';
import { Usd } from '../../../src/lambdas/core/money';
import { ACCOUNT, ALICE, NOON, ROLE } from '../../lambdas/core/builders';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sorted-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const call: fc.Arbitrary<ReadCall> = fc.record({
  at: fc.integer({ min: NOON - 3, max: NOON + 3 }),
  callId: fc.integer({ min: 0, max: 12 }).map(id => `id-${id}`),
  principalId: fc.constantFrom(ALICE, ROLE),
  accountId: fc.constant(ACCOUNT),
  modelId: fc.constantFrom('a.model', 'another.model'),
  cost: fc.bigInt({ min: 0n, max: MOST_COST }).map(cost => cost as Usd),
  isEstimate: fc.boolean(),
});

function sorted(calls: readonly ReadCall[], rowsARun: number) {
  const sorter = new SortedCalls(rowsARun, directory);
  try {
    calls.forEach(each => sorter.add(each));
    return { calls: [...sorter.inOrder()], duplicates: sorter.duplicates, size: sorter.size };
  } finally {
    sorter.close();
  }
}

test('calls come in order of time, each once, however they came and however small the runs are', () => {
  fc.assert(fc.property(fc.array(call, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), fc.integer(), (calls, rowsARun, seed) => {
    const inMemory = sorted(calls, 100);
    const shuffled = [...calls].map((each, index) => ({ each, key: Math.sin(seed + index * 7919) })).sort((a, b) => a.key - b.key).map(({ each }) => each);
    expect(sorted(shuffled, rowsARun)).toEqual(inMemory);
    expect(inMemory.calls.map(({ at }) => at)).toEqual(inMemory.calls.map(({ at }) => at).sort());
    const distinct = new Set(calls.map(({ at, callId }) => `${at} ${callId}`));
    expect(inMemory.calls).toHaveLength(distinct.size);
    expect(inMemory.duplicates).toBe(calls.length - distinct.size);
    // Nothing of a call is lost on the way.
    for (const { at, principalId, accountId, modelId, cost, isEstimate } of inMemory.calls) {
      expect(calls).toContainEqual(expect.objectContaining({ at, principalId, accountId, modelId, cost, isEstimate }));
    }
  }), { numRuns: 300 });
});

test('what is sorted on disk has no name there', () => {
  const sorter = new SortedCalls(2, directory);
  for (let index = 0; index < 9; index += 1) {
    sorter.add({ at: NOON - index, callId: `id-${index}`, principalId: ALICE, accountId: ACCOUNT, modelId: 'm', cost: 1n as Usd, isEstimate: false });
  }
  expect(readdirSync(directory)).toEqual([]);
  expect([...sorter.inOrder()].map(({ at }) => NOON - at)).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0]);
  sorter.close();
  sorter.close();
});

test('a directory that cannot be written to is told of', () => {
  const sorter = new SortedCalls(1, join(directory, 'none'));
  const add = () => sorter.add({ at: NOON, callId: 'a', principalId: ALICE, accountId: ACCOUNT, modelId: 'm', cost: 0n as Usd, isEstimate: false });
  add();
  expect(add).toThrow(/cannot be sorted in ".*none" \(ENOENT\): 40 bytes a record must find place there, or in the directory that TMPDIR names/);
});
