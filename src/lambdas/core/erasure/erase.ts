import { BudgetAttribute, EventType } from '../../../contract';
import { isoInstant, Item, NumberText } from '../budget-item';
import { dayOf } from '../calendar';
import { Deployment, eventOf } from '../events';
import { LabelChoice, labelsIn, pairOf, sortLabels } from './labels';
import { ErasureNote, ErasurePorts } from './ports';
import { erasable, ErasureRefusedError, labelOf, pseudonymOf } from './pseudonym';
import { refuseBudget, refuseRuntime } from './refusals';
import { PlaceCount, Round } from './round';

/**
 * Erasing a principal: its id, labels and whatever else names it go from every place that can be written, and a random pseudonym takes its place, so that
 * every sum stays what it is.
 *
 * Nothing is done twice, and nothing is lost in the middle. A note says under which pseudonym an erasure is under way; it goes last. Rows of the ledger
 * keep their keys, so that no call is charged again; with each bundle of them its cost goes from the one budget to the other in the same transaction, so
 * that ledger and budgets agree at every instant. A row of the audit trail is put anew and deleted in one transaction. Whoever starts again after a crash
 * finds the note, and only what is left to do.
 *
 * The system works on meanwhile: what it writes about the principal, since its spend becomes less, is found in the next round. An erasure is done when a
 * whole round has found nothing.
 */

export interface ErasureOrder {
  readonly principalId: string;
  readonly labels: LabelChoice;
  /** Other texts that name the person. */
  readonly also: readonly string[];
}

export interface Survey {
  /** Found with an erasure that is under way already, or to be begun. */
  readonly note: ErasureNote;
  readonly isUnderWay: boolean;
  readonly places: readonly PlaceCount[];
  /** Keys of reports that can only be deleted, in whole. */
  readonly pages: ReadonlySet<string>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ErasureResult {
  readonly pseudonym: string;
  /** What was replaced or deleted in this run. */
  readonly erased: readonly PlaceCount[];
  /** What stands under the pseudonym now. */
  readonly kept: readonly PlaceCount[];
  /** Keys of reports that were deleted in whole. */
  readonly pages: ReadonlySet<string>;
  /** Whether a whole round found nothing any more. */
  readonly isDone: boolean;
}

export interface ErasureContext extends Deployment {
  readonly now: number;
  readonly timeZone: string;
  /** Who erases, for the audit trail. */
  readonly actor: string;
}

const MAX_ROUNDS = 6;

/** Why the pseudonym's budget stands as it does. */
const ERASED_REASON = 'erased: the spend of somebody who is not known any more';

/** Looks everywhere, and changes nothing. @throws ErasureRefusedError */
export async function survey({ principalId, labels: choice, also }: ErasureOrder, ports: ErasurePorts, now: number): Promise<Survey> {
  const principal = erasable(principalId);
  const item = await ports.budgets.item(principalId);
  if (item) {
    refuseBudget(item);
  }
  const known = await ports.budgets.note(principalId);
  const labels = labelsIn(item);
  const sorted = sortLabels(labels, await labelsOfOthers(principalId, ports), choice);
  const note: ErasureNote = known ? goneOnWith(known, choice, also) : {
    principalId,
    pseudonym: pseudonymOf(principal, ports.random()),
    startedAt: isoInstant(now),
    keptLabels: sorted.kept,
    groupNames: sorted.groupNames,
    also,
    labelChoice: choice,
  };
  const round = new Round(note, ports);
  await round.run();
  return { note, isUnderWay: known !== undefined, places: round.found(), pages: round.pages, labels };
}

/** Erases until nothing is found any more. @throws ErasureRefusedError where the principal was suspended meanwhile */
export async function erase({ note: intended, isUnderWay, places }: Survey, ports: ErasurePorts, context: ErasureContext): Promise<ErasureResult> {
  if (!isUnderWay && places.every(({ found }) => found === 0)) {
    return { pseudonym: intended.pseudonym, erased: places, kept: [], pages: new Set(), isDone: true };
  }
  const note = await begin(intended, ports);
  let erased: readonly PlaceCount[] = [];
  const pages = new Set<string>();
  for (let number = 1; ; number += 1) {
    const round = new Round(note, ports, item => pseudonymousBudget(note, item, context.now, context.timeZone));
    await round.run();
    const found = round.found();
    round.pages.forEach(key => pages.add(key));
    erased = found.map((count, index) => ({ place: count.place, found: count.found + (erased[index]?.found ?? 0) }));
    const isDone = !round.isBusy && found.every(count => count.found === 0);
    if (isDone || number >= MAX_ROUNDS) {
      const result: ErasureResult = { pseudonym: note.pseudonym, erased, kept: round.kept(), pages, isDone };
      if (isDone) {
        await announce(result, note, ports, context);
        await ports.budgets.end(note);
      }
      return result;
    }
    await ports.settle();
  }
}

async function labelsOfOthers(principalId: string, { budgets }: ErasurePorts): Promise<ReadonlySet<string>> {
  const others = new Set<string>();
  for await (const items of budgets.pages()) {
    for (const item of items.filter(candidate => candidate[BudgetAttribute.PRINCIPAL_ID] !== principalId)) {
      refuseRuntime(item, principalId);
      Object.entries(labelsIn(item)).forEach(([key, value]) => others.add(pairOf(key, value)));
    }
  }
  return others;
}

/**
 * Further texts are taken along. What became of labels was settled when it was begun, and the budget that had them may be gone.
 *
 * @throws ErasureRefusedError
 */
function goneOnWith(known: ErasureNote, choice: LabelChoice, also: readonly string[]): ErasureNote {
  const { keep, erase: forget } = known.labelChoice;
  const isSame = (asked: readonly string[], before: readonly string[]) => asked.length === 0 || [...asked].sort().join('\n') === [...before].sort().join('\n');
  if (!isSame(choice.keep, keep) || !isSame(choice.erase, forget)) {
    const told = [...keep.map(key => `--keep-label ${key}`), ...forget.map(key => `--erase-label ${key}`)].join(' ') || 'neither --keep-label nor --erase-label';
    throw new ErasureRefusedError(
      `an erasure of ${known.principalId} is under way, begun at ${known.startedAt} with ${told}: what becomes of its labels cannot be changed any more; leave these options out, or give the same`,
    );
  }
  return { ...known, also: [...new Set([...known.also, ...also])] };
}

/** An erasure of the same principal that somebody has begun is gone on with, and with further texts. */
async function begin(intended: ErasureNote, { budgets }: ErasurePorts): Promise<ErasureNote> {
  const known = await budgets.note(intended.principalId);
  if (known) {
    const note = goneOnWith(known, intended.labelChoice, intended.also);
    if (note.also.length > known.also.length && !await budgets.extend(known, note.also)) {
      throw new Error('somebody else has changed this erasure meanwhile: look again');
    }
    return note;
  }
  const item = await budgets.item(intended.principalId);
  if (item) {
    refuseBudget(item);
  }
  if (!await budgets.begin(intended)) {
    throw new Error('another erasure of this principal has begun meanwhile: look again');
  }
  return intended;
}

/**
 * The budget under which the spend goes on being known. Its status is that of a principal that is gone, which no decision changes; nothing of it is ever
 * due, and it restricts nobody.
 */
function pseudonymousBudget({ principalId, pseudonym, keptLabels }: ErasureNote, item: Item | undefined, now: number, timeZone: string): Item {
  const erased = Object.keys(labelsIn(item)).filter(key => !Object.hasOwn(keptLabels, key));
  return {
    [BudgetAttribute.PRINCIPAL_ID]: pseudonym,
    kind: typeof item?.kind === 'string' ? item.kind : erasable(principalId).kind,
    registeredAt: isoInstant(now),
    anchorDay: dayOf(now, timeZone),
    labels: { ...keptLabels, ...Object.fromEntries(erased.map(key => [key, labelOf(pseudonym)])) },
    enforcement: 'observe',
    status: 'deleted',
    statusSince: isoInstant(now),
    reason: ERASED_REASON,
    levels: {},
    decidedAt: isoInstant(now),
    revision: new NumberText('0'),
  };
}

/** Without a word of whom it was about. Its id and time are those of the erasure, so that one that is told twice stands there once. */
async function announce(
  { pseudonym, kept }: Pick<ErasureResult, 'pseudonym' | 'kept'>, { principalId, startedAt }: ErasureNote, ports: ErasurePorts, { actor, ...deployment }: ErasureContext,
): Promise<void> {
  await ports.announce(eventOf(EventType.PRINCIPAL_ERASED, deployment, {
    eventId: `erasure/${pseudonym}`,
    occurredAt: startedAt,
    actor,
    reason: 'personal data was erased; the spend goes on under a pseudonym',
    principalId: pseudonym,
    principalKind: erasable(principalId).kind,
    after: { standsUnderPseudonym: Object.fromEntries(kept.map(({ place, found }) => [place, found])) },
  }));
}
