import * as fc from 'fast-check';
import { labelText, readLabelText } from '../../../src/lambdas/core/label-text';

const name = fc.stringMatching(/^(?:=|%|25|3D|3d|[a-z .:/+@_-])+$/);
const value = fc.stringMatching(/^(?:=|%|25|3D|3d|[a-z .:/+@_-])*$/);

test('what was written is read as it was', () => {
  fc.assert(fc.property(name, value, (ofName, ofValue) => {
    expect(readLabelText(labelText(ofName, ofValue))).toEqual({ name: ofName, value: ofValue });
  }));
});

test.each([
  ['team=data', { name: 'team', value: 'data' }],
  ['tag=a=b', { name: 'tag', value: 'a=b' }],
  ['team=', { name: 'team', value: '' }],
  ['team', { name: 'team' }],
  ['cost%3Dcenter=4711', { name: 'cost=center', value: '4711' }],
  ['cost%3dcenter', { name: 'cost=center' }],
  ['100%253D=x', { name: '100%3D', value: 'x' }],
  // what is no escape stays, also in values
  ['50%=%3D', { name: '50%', value: '%3D' }],
  ['a%20b=c', { name: 'a%20b', value: 'c' }],
])('%s', (text, label) => {
  expect(readLabelText(text)).toEqual(label);
});

test.each([
  ['team', 'a=b', 'team=a=b'], ['cost=center', '4711', 'cost%3Dcenter=4711'], ['50%', 'x', '50%=x'], ['%3D', '%3D', '%253D=%3D'],
])('%s and %s', (ofName, ofValue, text) => {
  expect(labelText(ofName, ofValue)).toBe(text);
});
