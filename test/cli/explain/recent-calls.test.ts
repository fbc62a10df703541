import { RecentCalls } from '../../../src/cli/explain/recent-calls';

test('a call is known again, until too many others came', () => {
  const calls = new RecentCalls(2);
  expect(['a', 'b', 'a', 'c', 'b', 'a'].map(id => calls.seen(id))).toEqual([false, false, true, false, true, false]);
});
