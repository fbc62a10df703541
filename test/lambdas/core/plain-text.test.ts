import { asciiSubject, plainText } from '../../../src/lambdas/core/plain-text';

test.each([
  ['  plain text ', 'plain text'],
  ['two\r\nlines', 'two lines'],
  ['\u001b[31mred\u0007', '[31mred'],
  ['a\u202Eb\u200Bc', 'a b c'],
  ['größer 🙂', 'größer 🙂'],
  ['a lone \uD800 half', 'a lone   half'],
])('%j becomes %j', (text, plain) => {
  expect(plainText(text, 100)).toBe(plain);
});

test.each([undefined, null, 5, { a: 1 }])('%j is no text', value => {
  expect(plainText(value, 10)).toBe('');
});

test('is cut between characters, and says so', () => {
  expect(plainText('🙂🙂🙂🙂', 4)).toBe('🙂🙂🙂🙂');
  expect(plainText('🙂🙂🙂🙂🙂', 4)).toBe('🙂🙂🙂…');
});

test('a subject is ASCII and at most a hundred characters long', () => {
  expect(asciiSubject('größer\nals 5 €')).toBe('gr??er als 5 ?');
  expect(asciiSubject('x'.repeat(100))).toBe('x'.repeat(100));
  expect(asciiSubject('x'.repeat(101))).toBe(`${'x'.repeat(97)}...`);
});
