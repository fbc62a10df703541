import { isPrintable } from './printable';

/** What labels of a budget may be, in code and at run time alike. */

export const MAX_LABELS = 50;
export const MAX_LABEL_NAME_LENGTH = 128;
export const MAX_LABEL_VALUE_LENGTH = 256;

/** For messages. */
export const LABEL_RULE = `names of 1 to ${MAX_LABEL_NAME_LENGTH} printable characters, values of at most ${MAX_LABEL_VALUE_LENGTH}`;

/** `__proto__` would be lost wherever labels are read into an object. */
export function isLabelName(name: string): boolean {
  return name.length > 0 && isPrintable(name, MAX_LABEL_NAME_LENGTH) && name !== '__proto__';
}

export function isLabelValue(value: string): boolean {
  return isPrintable(value, MAX_LABEL_VALUE_LENGTH);
}
