import { closest, suggestion } from '../../src/closest';

const WORDS = ['get', 'list', 'set', 'remove', 'top-up', 'end-exemption', 'exempt', 'history'];

test.each([
  ['lits', 'list'], ['li', 'list'], ['lst', 'list'], ['LIST', 'list'], ['sett', 'set'], ['topup', 'top-up'], ['hist', 'history'], ['exemt', 'exempt'], ['rmove', 'remove'],
  ['delete', undefined], ['x', undefined], ['', undefined],
])('%j was meant as %j', (given, meant) => {
  expect(closest(given, WORDS)).toBe(meant);
});

test('a suggestion is made only where there is one', () => {
  expect(suggestion('lits', WORDS)).toBe('; did you mean "list"?');
  expect(suggestion('delete', WORDS)).toBe('');
});
