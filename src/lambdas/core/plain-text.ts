/** Text that others wrote (labels, reasons, names), fit for a message: one line, bounded, nothing that a terminal or a mail client would act upon. */
export function plainText(value: unknown, maxLength: number): string {
  const text = (typeof value === 'string' ? value : '')
    // Control characters, line and paragraph separators, and marks that turn the direction of text around.
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .trim();
  const characters = [...text];
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : text;
}

/** A subject that SNS accepts: printable ASCII, at most a hundred characters. */
export function asciiSubject(text: string): string {
  const ascii = plainText(text, 1_000).replace(/[^\x20-\x7e]/g, '?');
  return ascii.length > 100 ? `${ascii.slice(0, 97)}...` : ascii;
}
