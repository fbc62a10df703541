/** Control characters, line and paragraph separators, and marks that turn the direction of text around. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Whether a text has at most so many characters, all of which can be seen. */
export function isPrintable(text: string, maxLength: number): boolean {
  return text.length <= 2 * maxLength && [...text].length <= maxLength && !UNPRINTABLE.test(text);
}
