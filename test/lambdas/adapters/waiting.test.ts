import { fullJitter, wait } from '../../../src/lambdas/adapters/waiting';

test.each([[1, 50], [2, 100], [3, 200], [7, 3_200], [8, 3_200], [20, 3_200]])('attempt %i waits at most %i ms', (attempt, longest) => {
  expect(fullJitter(attempt, 50, 3_200, () => 1)).toBe(longest);
  expect(fullJitter(attempt, 50, 3_200, () => 0.5)).toBe(longest / 2);
  expect(fullJitter(attempt, 50, 3_200, () => 0)).toBe(0);
});

test('every delay is a new one', () => {
  const delays = new Set(Array.from({ length: 20 }, () => fullJitter(5, 50, 3_200)));
  expect(delays.size).toBeGreaterThan(1);
});

test('a wait takes its time', async () => {
  const start = performance.now();
  await wait(20);
  expect(performance.now() - start).toBeGreaterThanOrEqual(18);
});
