import { unacknowledged } from '../../projenrc/prices/acknowledgements';
import { rows } from './rows';

const FOUND = [{ key: 'far-off a.x eu in', problem: 'in costs 9 there, and 1 by the list' }];

test('what nobody has acknowledged is refused', () => {
  expect(unacknowledged(FOUND, '# nothing', [])).toEqual(FOUND);
});

test('what somebody has acknowledged stands', () => {
  expect(unacknowledged(FOUND, 'far-off a.x eu in because it is so', [])).toEqual([]);
});

test('an acknowledgement is for one contradiction', () => {
  expect(unacknowledged([{ ...FOUND[0], key: 'far-off a.x eu out' }], 'far-off a.x eu in because it is so', [])).toHaveLength(2);
});

test('an acknowledgement that is not needed is refused', () => {
  expect(unacknowledged([], 'far-off a.x eu in because it is so', [])).toMatchObject([{ key: 'far-off a.x eu in' }]);
});

test('an acknowledgement without a reason is refused, and stands for nothing', () => {
  expect(unacknowledged(FOUND, 'far-off a.x eu in', [])).toHaveLength(2);
});

test('a jump is there in one run only: its acknowledgement stays for as long as the price does', () => {
  const acknowledgement = 'jump a.x * in 1->20 because AWS said so';
  expect(unacknowledged([], acknowledgement, rows('a.x in=20 out=30 ~L'))).toEqual([]);
  expect(unacknowledged([], acknowledgement, rows('a.x in=21 out=30 ~L'))).toHaveLength(1);
});
