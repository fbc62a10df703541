import { Scene, simulate } from '../../bench/contention/simulated-meters';
import { busyBudgets } from '../../bench/figures/busy-budgets';
import { hasFigures } from '../../bench/performance-page';

const SCENE: Scene = { principals: 50, handlers: 4, deliveries: 12, callsADelivery: 60, ofTheFirst: 0 };

test('docs/performance.md has the figures that the meter gives in simulated time', async () => {
  const report = await busyBudgets.measure({ signal: new AbortController().signal, log: () => {}, startCloud: () => Promise.reject(new Error('none')), afterwards: () => {} });

  expect(report.targets.every(({ kept }) => kept)).toBe(true);
  expect(hasFigures(busyBudgets, report)).toBe(true);
}, 240_000);

test('the same seed makes the same outcome, another one another', async () => {
  const outcome = await simulate(SCENE, 'all of them', 20_001);

  expect(await simulate(SCENE, 'all of them', 20_001)).toEqual(outcome);
  expect(await simulate(SCENE, 'all of them', 20_002)).not.toEqual(outcome);
}, 60_000);

test('where a handler is alone nobody is in its way: each call is written once', async () => {
  const { callsASecond, cameAgain, actionsACall } = await simulate({ ...SCENE, handlers: 1 }, 'all of them', 20_001);

  expect(cameAgain).toBe(0);
  // A row, and an addition for each principal of a transaction.
  expect(actionsACall).toBeGreaterThan(1);
  expect(actionsACall).toBeLessThanOrEqual(2);
  // Two transactions of 30 ms and 5 ms around them for 60 calls at the most.
  expect(callsASecond).toBeGreaterThanOrEqual(60 / 0.065 - 1);
}, 60_000);

test('calls of one principal wait for each other, whatever is told', async () => {
  const scene = { ...SCENE, principals: 1 };

  expect(await simulate(scene, 'all of them', 20_001)).toEqual(await simulate(scene, 'nobody', 20_001));
}, 60_000);
