import { UsageError } from '../../usage-error';
import { LimitArgument, limitOf } from '../arguments/amounts';
import { Labels } from '../arguments/labels';

/** Cells that hold a list: its parts are separated by semicolons. */
const SEPARATOR = '; ';

/** What separates within a label or could not stand at its ends; the percent sign is what the others are written with. */
const RESERVED_IN_KEY = /[%;=]|^[\s'+\-@\uff1d\uff0b\uff0d\uff20]|\s$/gu;
const RESERVED_IN_VALUE = /[%;]|^\s|\s$/gu;
const ESCAPED = /(?:%[0-9A-Fa-f]{2})+/g;

/** Limits as `--limit` takes them: `100/calendar month; 50/30 days from 2026-03-01`. */
export function limitsCell(limits: readonly LimitArgument[]): string {
  return limits.map(({ limitUsd, period, anchorDay }) => `${limitUsd}/${period}${anchorDay === undefined ? '' : ` from ${anchorDay}`}`).join(SEPARATOR);
}

/** @throws UsageError */
export function limitsOfCell(cell: string): readonly LimitArgument[] {
  return partsOf(cell).map(limitOf);
}

/** Labels as `team=data; purpose=reports`; what has a meaning there is written as in URLs (`%3B` is a semicolon). */
export function labelsCell(labels: Labels): string {
  return Object.entries(labels).map(([key, value]) => `${escaped(key, RESERVED_IN_KEY)}=${escaped(value, RESERVED_IN_VALUE)}`).join(SEPARATOR);
}

/** @throws UsageError */
export function labelsOfCell(cell: string): Labels {
  const labels = new Map<string, string>();
  for (const part of partsOf(cell)) {
    const end = part.indexOf('=');
    const key = unescaped(part.slice(0, Math.max(end, 0)).trim());
    if (key === '' || labels.has(key)) {
      throw new UsageError(key === '' ? `"${part.slice(0, 60)}" is no label: write it like team=data` : `the label "${key.slice(0, 60)}" is given twice`);
    }
    labels.set(key, unescaped(part.slice(end + 1).trim()));
  }
  return Object.fromEntries(labels);
}

function partsOf(cell: string): readonly string[] {
  return cell.split(';').map(part => part.trim()).filter(part => part !== '');
}

function escaped(text: string, reserved: RegExp): string {
  return text.replace(reserved, character => encodeURIComponent(character).replace(/^[^%]$/, plain => `%${plain.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`));
}

function unescaped(text: string): string {
  return text.replace(ESCAPED, sequence => {
    try {
      return decodeURIComponent(sequence);
    } catch {
      throw new UsageError(`"${text.slice(0, 60)}" cannot be read: write a percent sign as %25`);
    }
  });
}
