/** A fingerprint of text, in hexadecimal. What makes it is loaded only where one is made. */
export async function digestOf(text: string): Promise<string> {
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(text).digest('hex');
}
