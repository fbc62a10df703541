import { CacheWriteTtl, parseInvocationRecord, UsageRecord } from '../../lambdas/core/invocation-record';
import { withModelBehind } from '../../lambdas/core/pricing/model-directory';
import { Charge, PriceCatalog } from '../../lambdas/core/pricing/price-catalog';
import { UnreadableRecordError } from '../../lambdas/core/unreadable-record';
import { InputLine, MAX_LINE_BYTES } from './lines';
import { LoggedMessage, messageOf, messagesWithin } from './log-line';

/** What became of a line, or of one of several records in it. */
export type Outcome =
  | { readonly kind: 'call'; readonly usage: UsageRecord; readonly charge: Charge }
  /** No record and nothing wrong: a blank line, or Bedrock's notice that logging was switched on. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'unreadable'; readonly line: number; readonly error: string };

export interface ExplainerOptions {
  readonly catalog: PriceCatalog;
  /** For how long the cache was written where a record does not tell. */
  readonly assumedCacheWriteTtl: CacheWriteTtl;
  /** The time, epoch milliseconds, for lines that do not tell when they were logged. */
  readonly now: () => number;
}

/** Which model stands behind an ARN is told by Bedrock alone, or by the record itself. */
const NOTHING_ASKED = new Map<string, never>();

/** Explains lines of the invocation log as the meter would charge them. */
export class Explainer {
  constructor(private readonly options: ExplainerOptions) {}

  public explain({ number, text }: InputLine): readonly Outcome[] {
    if (text === undefined) {
      return [{ kind: 'unreadable', line: number, error: `longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB, which no record is` }];
    }
    // Takes carriage returns and a byte order mark as well.
    const line = text.trim();
    if (line === '') {
      return [{ kind: 'skipped' }];
    }
    return this.read(number, messageOf(line), true);
  }

  /** A message of the log that did not come as a line. */
  public explainMessage(number: number, message: LoggedMessage): readonly Outcome[] {
    return this.read(number, message, true);
  }

  private read(line: number, { message, loggedAt }: LoggedMessage, mayHoldOthers: boolean): readonly Outcome[] {
    try {
      const { catalog, assumedCacheWriteTtl, now } = this.options;
      const usage = parseInvocationRecord(message, loggedAt ?? now(), { assumedCacheWriteTtl });
      return [usage ? { kind: 'call', usage, charge: catalog.priceOf(withModelBehind(usage, NOTHING_ASKED)) } : { kind: 'skipped' }];
    } catch (error) {
      if (!(error instanceof UnreadableRecordError)) {
        throw error;
      }
      const within = mayHoldOthers && error.code === 'wrong-shape' ? messagesWithin(message) : undefined;
      return within?.flatMap(each => this.read(line, each, false)) ?? [{ kind: 'unreadable', line, error: `${error.message}${hintFor(message)}` }];
    }
  }
}

/** What to do about inputs that look like records and are not. */
function hintFor(message: string): string {
  if (message === '[' || message === '{') {
    return ': JSON that spans lines; put each record on a line of its own, for example with jq -c .';
  }
  if (/^\{(?!.*"(modelId|requestId)")/s.test(message)) {
    return ': not a record of the model-invocation log, which has a modelId and a requestId';
  }
  return message.includes('\0') ? ': is it UTF-16, as PowerShell writes it? UTF-8 is needed' : '';
}
