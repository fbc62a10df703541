/** Between the reason of a restoration and the budget that keeps the role denied all the same. */
const MARK = '; still denied for ';

/** Why a budget was restored while another one holds the deny on the same role. */
export function stillDeniedFor(holder: string, reason: string): string {
  return `${reason}${MARK}${holder}`;
}

/** The budget that keeps the role denied, where the reason of a restoration tells of one. */
export function holderToldIn(reason: string): string | undefined {
  const [, holder] = reason.split(MARK);
  return holder;
}
