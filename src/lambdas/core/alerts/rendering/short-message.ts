import { Alert } from '../alert';

/** Two segments of the GSM alphabet, in which a character takes 7 bits. */
const MAX_LENGTH = 306;

/** Those of the alphabet that take two places, and those that are not in it, of printable ASCII. A single other one would halve what fits into a segment. */
const REPLACEMENTS: Readonly<Record<string, string>> = { '[': '(', ']': ')', '{': '(', '}': ')', '\\': '/', '^': '?', '~': '-', '|': '/', '`': "'" };

/** What cannot wait until somebody opens their mail: how bad, what, how far, and when it happens or ends. */
const TOLD = ['Spent', 'Deadline', 'Forecast'];

/** An alert as a text message: what matters first, since the rest may be cut off. */
export function shortMessageOf(alert: Alert): string {
  const facts = alert.facts.filter(({ name }) => TOLD.includes(name)).map(({ name, value }) => `${name}: ${value}.`);
  const text = gsmText([`${alert.severity.toUpperCase()} ${alert.environmentName}: ${alert.headline}.`, ...facts].join(' '));
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 3)}...` : text;
}

function gsmText(text: string): string {
  return text.replace(/[[\]{}\\^~|`]/g, character => REPLACEMENTS[character]).replace(/[^\x20-\x7e]/gu, '?');
}
