import { styleText } from 'node:util';
import { Status } from '../../src/lambdas/core/budget';

export type Tone = 'plain' | 'dim' | 'bold' | 'green' | 'yellow' | 'red' | 'magenta' | 'blue' | 'cyan';

/** Colours a text, or leaves it alone where colours are not wanted. */
export type Style = (tone: Tone, text: string) => string;

export const UNSTYLED: Style = (_, text) => text;

/** Colours for a terminal; none into a file, or where `NO_COLOR` says so. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  return (tone, text) => (tone === 'plain' ? text : styleText(tone, text, { stream }));
}

/** How a status is shown; always with its name, since colours alone tell nothing to many. */
export const STATUS_LOOK: Readonly<Record<Status, { readonly tone: Tone; readonly label: string }>> = {
  active: { tone: 'green', label: 'active' },
  warning: { tone: 'yellow', label: 'warning' },
  critical: { tone: 'yellow', label: 'critical' },
  exceeded: { tone: 'magenta', label: 'exceeded' },
  grace_period: { tone: 'magenta', label: 'grace period' },
  suspended: { tone: 'red', label: 'suspended' },
  restoring: { tone: 'blue', label: 'restoring' },
  deleted: { tone: 'dim', label: 'deleted' },
};
