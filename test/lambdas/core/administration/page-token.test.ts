import { AdministrationError } from '../../../../src/lambdas/core/administration/errors';
import { keyOfPage, pageToken } from '../../../../src/lambdas/core/administration/page-token';
import { ALICE, errorOf } from '../builders';

const QUESTION = ['listBudgets', 'iam-user', null];
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function refusal(token: string): string {
  const { code, field, message } = errorOf(() => keyOfPage(QUESTION, token)) as AdministrationError;
  expect([code, field]).toEqual(['BadRequest', 'nextToken']);
  return message;
}

test('a token leads on from where the page ended', () => {
  expect(keyOfPage(QUESTION, pageToken(QUESTION, ALICE))).toBe(ALICE);
  expect(keyOfPage(QUESTION, pageToken(QUESTION, 'x'.repeat(2048)))).toHaveLength(2048);
});

test('without one it is the first page', () => {
  expect(keyOfPage(QUESTION, undefined)).toBeUndefined();
});

test('that of another question is refused', () => {
  expect(refusal(pageToken(['listBudgets', 'iam-role', null], ALICE))).toBe('nextToken is of a request with other filters, allowed is that of an answer to the same request');
});

test.each([
  ['is nothing', ''], ['is no JSON', 'bm9uc2Vuc2U'], ['is no list', encoded({ key: ALICE })], ['has no key', encoded(['0123456789abcdef'])],
  ['has an empty key', pageToken(QUESTION, '')], ['has a key that is too long', pageToken(QUESTION, 'x'.repeat(2049))],
  ['has a key that is no text', encoded(['0123456789abcdef', 7])], ['has more than a key', encoded(['0123456789abcdef', ALICE, ALICE])],
])('one that %s was never given out', (_, token) => {
  expect(refusal(token)).toBe('nextToken is none that was given out, allowed is that of an answer to the same request');
});
