import { isLabelName, isLabelValue, LABEL_RULE } from '../../../src/lambdas/core/label-rule';

test.each([
  ['team', true], ['Kostenstelle für Öl', true], ['', false], ['x'.repeat(128), true], ['x'.repeat(129), false], ['😀'.repeat(128), true], ['😀'.repeat(129), false],
  ['two\nlines', false], ['\u202eturned', false], ['\u2028', false], ['__proto__', false], ['proto', true],
])('%j may be the name of a label: %p', (name, may) => {
  expect(isLabelName(name)).toBe(may);
});

test.each([['', true], ['__proto__', true], ['x'.repeat(256), true], ['x'.repeat(257), false], ['\t', false]])('%j may be the value of a label: %p', (value, may) => {
  expect(isLabelValue(value)).toBe(may);
});

test('the rule is said as it is', () => {
  expect(LABEL_RULE).toBe('names of 1 to 128 printable characters, values of at most 256');
});
