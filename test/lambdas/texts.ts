/**
 * Whatever people read says something. Doubles of logs, buses and channels look at all that they are given, so that an empty text is found wherever it comes
 * from, and not only where a test quotes it.
 */
export function legible(text: unknown, where: string): void {
  if (typeof text !== 'string' || text.trim() === '' || /\bundefined\b|\[object Object\]/.test(text)) {
    throw new Error(`${where} says nothing that can be read: ${JSON.stringify(text)}`);
  }
}

/** Of every text in something, however deep. */
export function legibleAll(value: unknown, where: string): void {
  if (typeof value === 'string') {
    legible(value, where);
  } else if (typeof value === 'object' && value !== null) {
    Object.entries(value).forEach(([key, part]) => legibleAll(part, `${where}.${key}`));
  }
}

/** Of a line of a log: its message, and the facts that are sentences. */
export function legibleEntry(level: string, message: string, facts: Readonly<Record<string, unknown>> = {}): void {
  legible(message, `a line of the log (${level})`);
  ['problem', 'remedy'].filter(name => name in facts).forEach(name => legible(facts[name], `"${name}" of the line "${message}"`));
}
