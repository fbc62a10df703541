import { Day } from '../calendar';
import { Usd } from '../money';
import { ModelBehind } from '../pricing/price-catalog';

/** What AWS bills under one service and usage type on one day. */
export interface BilledCharge {
  /** As Cost Explorer calls it: `Amazon Bedrock`, `Claude Opus 4.7 (Amazon Bedrock Edition)`. */
  readonly service: string;
  readonly usageType: string;
  /** Before discounts that stand on the bill as lines of their own. */
  readonly unblended: Usd;
  /** After them. */
  readonly net: Usd;
}

/** What AWS bills on one day for the calls of those who carry one value of a tag, under one usage type. */
export interface TaggedCharge extends Omit<BilledCharge, 'service'> {
  /** Empty for whoever does not carry the tag. */
  readonly value: string;
}

/** A day of the bill; days are those of UTC. */
export interface BilledDay {
  readonly day: Day;
  /** AWS may still change it: so it is until the bill of the month is closed. */
  readonly estimated: boolean;
  /** Whether anything at all is there of that day, of whatever service. */
  readonly arrived: boolean;
  /** Of Bedrock. */
  readonly charges: readonly BilledCharge[];
  /** The same by the tag of principals, where it is asked for one. */
  readonly tagged: readonly TaggedCharge[];
}

/** The bill cannot be read at all until somebody does something: waiting does not help. */
export class BillUnavailableError extends Error {
  public readonly name = 'BillUnavailableError';
}

/** AWS's own figures. */
export interface Bill {
  /**
   * @param from first day
   * @param until the day after the last one
   * @throws BillUnavailableError
   */
  read(from: Day, until: Day): Promise<readonly BilledDay[]>;
}

/** What was metered of the calls of one day (UTC). Of each day by itself: a day is answered however many others wait, and fails alone. */
export interface MeteredCosts {
  /**
   * By the model as it was called; the guardrails of all models together, as `GUARDRAILS_ID`.
   *
   * @param until epoch milliseconds of the last line that counts: a call may be charged days after it was made
   */
  byModel(day: Day, until: number): Promise<ReadonlyMap<string, Usd>>;
  /** By the principal that was charged, without guardrails; of a great many, of those who spent most. */
  byPrincipal(day: Day, until: number): Promise<ReadonlyMap<string, Usd>>;
}

/** What was compared with the bill so far. */
export interface ReconciliationNote {
  /** The first day that is compared: before it the log may not be whole. */
  readonly since: Day;
  /** In order. */
  readonly days: readonly NotedDay[];
  /** Why the bill cannot be read, as it was told. */
  readonly unavailable?: string;
}

export interface NotedDay {
  readonly day: Day;
  /** Compared with a figure that AWS changes no more. */
  readonly final: boolean;
  /** A difference was told. */
  readonly told: boolean;
  /** What was metered, by model: the log may be gone when the bill is closed. */
  readonly metered: ReadonlyMap<string, Usd>;
}

export interface NoteStore {
  recall(): Promise<ReconciliationNote | undefined>;
  remember(note: ReconciliationNote): Promise<void>;
}

/** The models behind ARNs of profiles, of which the bill knows the model alone. */
export interface ModelsBehind {
  modelsBehind(modelIds: Iterable<string>): Promise<ReadonlyMap<string, ModelBehind>>;
}
