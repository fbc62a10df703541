import { formatUsdRounded, sharePercent, Usd } from '../money';
import { plainText } from '../plain-text';
import { Chargeback, ChargedByLabel } from './chargeback';

/** Words that the page, the table of the command line and the message have in common. */

/** Thousands are set apart, as people read them. */
export function dollars(amount: Usd): string {
  return formatUsdRounded(amount).replace(/\d(?=(\d{3})+\.)/g, '$&,');
}

export function count(number: number): string {
  return String(number).replace(/\d(?=(\d{3})+$)/g, '$&,');
}

/** `call`, `calls` */
export function named(number: number, what: string): string {
  return number === 1 ? what : `${what}s`;
}

export function share(part: Usd, whole: Usd): string {
  return `${sharePercent(part, whole)} %`;
}

/** What a report calls the spend of those who have no such label. */
export function labelName(value: string, label: string): string {
  return value === '' ? `no ${plainText(label, 64)}` : plainText(value, 120);
}

export function unlabelled({ values }: ChargedByLabel): Usd {
  return values.find(({ name }) => name === '')?.cost ?? (0n as Usd);
}

/** What the reader must know to trust the figures, in order of weight. */
export function trustNotes({ trust, period, total, ledgerRetentionDays, byLabel }: Chargeback): readonly string[] {
  const { closed, expired, unreadableRows, differences, uncompared } = trust;
  return [
    ...(expired ? [
      `Rows of the ledger expire ${ledgerRetentionDays} days after their call was logged: the figures of ${expired.from === expired.to ? expired.from : `${expired.from} to ${expired.to}`}`
        + ' are too low, or will be.',
    ] : []),
    ...(closed ? [] : [`The period is not over: the report covers what was charged until it was made, ${period.to} included where that has begun.`]),
    ...(unreadableRows > 0 ? [`Rows of the ledger that cannot be read and are in no figure: ${count(unreadableRows)}.`] : []),
    ...(differences.length > 0 ? [
      `The Budgets table holds other sums than the ledger for ${count(differences.length)} ${named(differences.length, 'principal')}.`
        + ` ${closed ? 'That is normal only while calls are being repriced' : 'While the period is open, calls that are charged meanwhile are among them'}; otherwise see the runbook.`,
    ] : []),
    ...(uncompared !== 0n ? [`${dollars(uncompared)} could not be compared with the Budgets table, which holds these days or principals no more.`] : []),
    ...(total.estimated !== 0n ? [
      `${dollars(total.estimated)} are an estimate (calls: ${count(total.estimatedCalls)}), since the price of a model is not known yet: write the report again when they are repriced.`,
    ] : []),
    ...byLabel.filter(label => unlabelled(label) !== 0n).map(label => (
      `${dollars(unlabelled(label))} (${share(unlabelled(label), total.cost)}) are of principals without the label "${plainText(label.label, 64)}".`
    )),
  ];
}
