import { ChargeConflictError, chargeOnce, MAX_ATTEMPTS, throwFailures, TransactionResult } from '../../../src/lambdas/core/charge-once';

/** A table that answers as it is told, one answer a transaction, and then writes whatever comes; charges are their own ids. */
function table(...answers: readonly (TransactionResult | Error)[]) {
  const left = [...answers];
  const asked: string[] = [];
  const waits: number[] = [];
  const charge = (charges: string, attemptsMade?: number) => chargeOnce([...charges], id => id, {
    write: async part => {
      asked.push(part.join(''));
      const answer = left.shift() ?? { result: 'written' };
      if (answer instanceof Error) throw answer;
      return answer;
    },
    backOff: async attempt => { waits.push(attempt); },
  }, attemptsMade);
  return { charge, asked, waits };
}

const duplicates = (ids: string): TransactionResult => ({ result: 'duplicates', callIds: new Set(ids) });
const conflict = (busy?: string): TransactionResult => ({ result: 'conflict', message: 'in use', ...(busy === undefined ? {} : { busy: new Set(busy) }) });
const done = (written: string, more = {}) => ({ written: [...written], remaining: [], duplicates: 0, failures: [], ...more });

test('what is written at once is done', async () => {
  const { charge, asked } = table();
  expect(await charge('abc')).toEqual(done('abc'));
  expect(asked).toEqual(['abc']);
});

test('nothing to charge asks for nothing', async () => {
  const { charge, asked } = table();
  expect([await charge(''), asked]).toEqual([done(''), []]);
});

test('what was charged before is left out, however often that turns out', async () => {
  const { charge, asked } = table(duplicates('b'), duplicates('xd'));
  expect(await charge('abcd')).toEqual(done('ac', { duplicates: 2 }));
  expect(asked).toEqual(['abcd', 'acd', 'ac']);
  expect(await table(duplicates('ab')).charge('ab')).toEqual(done('', { duplicates: 2 }));
});

test('duplicates that nobody asked about are a failure, not a loop', async () => {
  const { failures } = await table(duplicates('x')).charge('ab');
  expect(failures.map(String)).toEqual(['ChargeConflictError: the table reports duplicates that are not in the transaction']);
});

test('what the table refuses is handed back with its reason', async () => {
  expect(await table(duplicates('a'), { result: 'refused', message: 'too large' }).charge('abc')).toEqual({
    written: [], remaining: ['b', 'c'], duplicates: 1, refusal: 'too large', failures: [],
  });
});

test('a conflict of nobody in particular is tried again as a whole, with what is known by then', async () => {
  const { charge, asked, waits } = table(duplicates('a'), conflict(), duplicates('b'));
  expect(await charge('abc')).toEqual({ ...done('c', { duplicates: 2 }), refusal: undefined });
  expect([asked, waits]).toEqual([['abc', 'bc', 'bc', 'c'], [1]]);
});

test.each([['of all', 'ab'], ['of none that was asked about', 'x']])('a conflict %s is tried again as a whole', async (_, busy) => {
  const { charge, asked } = table(conflict(busy));
  expect(await charge('ab')).toEqual({ ...done('ab'), refusal: undefined });
  expect(asked).toEqual(['ab', 'ab']);
});

test('a conflict of some holds up those alone, and both parts count', async () => {
  const { charge, asked, waits } = table(conflict('b'), duplicates('a'));
  expect(await charge('abc')).toEqual({ ...done('cb', { duplicates: 1 }), refusal: undefined });
  expect([asked[0], asked[1], waits]).toEqual(['abc', 'ac', [1]]);
});

test('a part that is refused is told beside what was written', async () => {
  const { charge } = table(conflict('b'), { result: 'refused', message: 'too large' });
  expect(await charge('ab')).toEqual({ written: ['b'], remaining: ['a'], duplicates: 0, refusal: 'too large', failures: [] });
});

test('a part that fails hides nothing of what was written', async () => {
  const { charge } = table(conflict('b'), new Error('no answer'));
  expect(await charge('ab')).toEqual({ ...done('b', { failures: [new Error('no answer')] }), refusal: undefined });
});

test('a conflict that never ends is given up after the last attempt', async () => {
  const { charge, asked, waits } = table(...Array.from({ length: 20 }, () => conflict()));
  const { written, failures } = await charge('a');
  expect([written, failures.map(String)]).toEqual([[], ['ChargeConflictError: still in conflict at the last attempt of 8: in use']]);
  expect([asked.length, waits]).toEqual([MAX_ATTEMPTS, [1, 2, 3, 4, 5, 6, 7]]);
});

test('attempts that were made before count', async () => {
  const { charge, asked } = table(conflict());
  expect((await charge('a', MAX_ATTEMPTS - 1)).failures).toHaveLength(1);
  expect(asked).toEqual(['a']);
});

test('of several failures the one that does not end by itself is thrown', () => {
  const [busy, broken] = [new ChargeConflictError('busy'), new Error('broken')];
  expect(() => throwFailures([busy, broken])).toThrow(broken);
  expect(() => throwFailures([busy])).toThrow(busy);
  expect(() => throwFailures([])).not.toThrow();
});
