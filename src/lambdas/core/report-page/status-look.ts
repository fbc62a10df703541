import { ChartStatus } from './report-page';

/** How a status is shown, apart from its colour, which tells nothing to many. */
export interface StatusLook {
  readonly label: string;
  /** A path in a square of 16. */
  readonly icon: string;
  /** Of a bar in a timeline, out of 20: the heavier, the worse. */
  readonly weight: number;
  /** An outlined bar is a state that passes by itself. */
  readonly isHollow?: boolean;
}

const CIRCLE = 'M8 1a7 7 0 1 0 0 14A7 7 0 1 0 8 1z';

export const STATUS_LOOK: Readonly<Record<ChartStatus, StatusLook>> = {
  active: { label: 'active', weight: 4, icon: 'M8 3a5 5 0 1 0 0 10A5 5 0 1 0 8 3z' },
  warning: { label: 'warning', weight: 8, icon: 'M8 1.5L15.5 14.5H.5z' },
  critical: { label: 'critical', weight: 12, icon: 'M8 .5L15.5 8L8 15.5L.5 8z' },
  exceeded: { label: 'exceeded', weight: 16, icon: 'M8 .5L14.5 7H10v4H6V7H1.5zM1.5 12.5h13v3h-13z' },
  grace_period: { label: 'grace period', weight: 16, isHollow: true, icon: 'M2.5 .5h11v3.5L10 8l3.5 4v3.5h-11V12L6 8L2.5 4z' },
  suspended: { label: 'suspended', weight: 20, icon: `${CIRCLE}M4 6.5h8v3H4z` },
  restoring: { label: 'restoring', weight: 12, isHollow: true, icon: `${CIRCLE}M8 4.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7z` },
  deleted: { label: 'deleted', weight: 2, icon: 'M3 1L8 6l5-5l2 2l-5 5l5 5l-2 2l-5-5l-5 5l-2-2l5-5l-5-5z' },
};

export const CHART_STATUSES = Object.keys(STATUS_LOOK) as readonly ChartStatus[];
