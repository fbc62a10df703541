import { fromItem, toAttribute, toItem } from '../../../src/lambdas/adapters/dynamodb-values';
import { NumberText } from '../../../src/lambdas/core/budget-item';

const digits = '12345678901234567890.123456789012';

test('a number of 38 digits survives both ways', () => {
  const attributes = { 'spend#2026-03-10': { N: digits } };
  const item = toItem(attributes);
  expect(item['spend#2026-03-10']).toEqual(new NumberText(digits));
  expect(fromItem(item)).toEqual(attributes);
});

test('everything that budgets consist of survives both ways', () => {
  const attributes = {
    text: { S: 'text' },
    empty: { S: '' },
    yes: { BOOL: true },
    nothing: { NULL: true as const },
    list: { L: [{ M: { limitUsd: { N: '10' }, period: { S: '30 days' } } }] },
    map: { M: { team: { S: 'x' } } },
  };
  expect(toItem(attributes)).toEqual({
    text: 'text', empty: '', yes: true, nothing: null, list: [{ limitUsd: new NumberText('10'), period: '30 days' }], map: { team: 'x' },
  });
  expect(fromItem(toItem(attributes))).toEqual(attributes);
});

test('an attribute without a value is left out', () => {
  expect(fromItem({ errorCode: undefined, map: { inner: undefined } })).toEqual({ map: { M: {} } });
});

test('a JavaScript number is refused, since it may have lost digits', () => {
  expect(() => toAttribute(0.1)).toThrow('a value of type number cannot be stored');
});
