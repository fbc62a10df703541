import { RefreshPeriod } from '../../budgets/refresh-period';
import { PrincipalKindName } from '../../contract';
import { PrincipalKind } from '../../metering/principal-kind';

/** A period that is known at deployment only, and one that is too short to be compared with a day. */
const USUAL_DAYS = 30;

const CALENDAR_DAYS: Readonly<Record<string, number>> = {
  [RefreshPeriod.calendarWeek().expression]: 7,
  [RefreshPeriod.calendarMonth().expression]: 31,
};

/** How far back a look at "this period" goes: budgets begin on days of their own, so that it is the same number of days for all. */
export function daysOf({ expression }: RefreshPeriod): number {
  const [, days] = /^(\d+) days$/.exec(expression) ?? [];
  const length = CALENDAR_DAYS[expression] ?? Number(days ?? USUAL_DAYS);
  return length > 1 ? length : USUAL_DAYS;
}

/** Kinds of principal whose spend there can be. */
export function kindsThatSpend(tracked: readonly PrincipalKind[], agentCore: boolean): readonly PrincipalKindName[] {
  return [
    PrincipalKindName.API_KEY_USER,
    PrincipalKindName.IAM_USER,
    ...tracked,
    ...(agentCore ? [PrincipalKindName.AGENT_RUNTIME, PrincipalKindName.AGENT_ROLE] : []),
  ];
}
