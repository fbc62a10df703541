import type { EnforcementMode } from './settings';

/** Why budgets restrict nobody while enforcement is not on, as reasons say it. */
const NOT_ENFORCED: Readonly<Record<Exclude<EnforcementMode, 'on'>, string>> = {
  paused: 'enforcement is paused for everybody',
  lifted: 'enforcement is lifted for everybody',
};

/** A reason that also says why nothing comes of it while enforcement is not on. */
export function withMode(reason: string, mode: EnforcementMode): string {
  return mode === 'on' ? reason : `${reason}; ${NOT_ENFORCED[mode]}`;
}

/** What a reason says of enforcement, where that was not on. Of an event that others wrote, the reason may be anything. */
export function notEnforcedIn(reason: unknown): string | undefined {
  return Object.values(NOT_ENFORCED).find(why => String(reason).endsWith(`; ${why}`));
}
