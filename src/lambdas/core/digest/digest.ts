import { Budget, leadingWindow, rulesFor, Status, windowStates, WindowState } from '../budget';
import { addDays, Day, dayOf } from '../calendar';
import { DecisionContext } from '../decision';
import { DigestFigures, DigestLine, figuresWithForecast } from '../events';
import { addUsd, formatUsd, reachesPercent, Usd, ZERO_USD } from '../money';
import { TopList } from './top-list';

/** An event takes 256 KB, and nobody reads on. */
const MAX_ABOVE_WARNING = 50;
const MAX_LABELS = 3;
const MAX_LABEL_LENGTH = 64;

/** Over the limit, or being led back from there. */
const CONSPICUOUS: readonly Status[] = ['exceeded', 'grace_period', 'suspended', 'restoring'];

export interface DigestOptions {
  readonly topSpenders: number;
  readonly audience: DigestFigures['audience'];
}

interface Ranked<T> {
  readonly rank: T;
  readonly principalId: string;
  readonly line: () => DigestLine;
}

/** Goes through budgets one by one, and remembers no more than it will tell. */
export class Digest {
  private readonly today: Day;
  private readonly yesterday: Day;
  private readonly recent: TopList<Ranked<Usd>>;
  private readonly inPeriod: TopList<Ranked<Usd>>;
  private readonly aboveWarning = new TopList<Ranked<WindowState | undefined>>(MAX_ABOVE_WARNING, (a, b) =>
    isUsedFurther(a.rank, b.rank) || (!isUsedFurther(b.rank, a.rank) && a.principalId < b.principalId));
  private aboveWarningCount = 0;
  private total = ZERO_USD;
  private principals = 0;
  private unreadable = 0;

  /** @param now epoch milliseconds */
  constructor(private readonly now: number, private readonly context: DecisionContext, private readonly options: DigestOptions) {
    this.today = dayOf(now, context.timeZone);
    this.yesterday = addDays(this.today, -1);
    const more = (a: Ranked<Usd>, b: Ranked<Usd>) => a.rank > b.rank || (a.rank === b.rank && a.principalId < b.principalId);
    this.recent = new TopList(options.topSpenders, more);
    this.inPeriod = new TopList(options.topSpenders, more);
  }

  public add(budget: Budget): void {
    this.principals += 1;
    const { principalId } = budget;
    const asOf = Math.max(this.now, budget.decidedAt);
    const recent = addUsd(budget.spend.get(this.yesterday) ?? ZERO_USD, budget.spend.get(this.today) ?? ZERO_USD);
    const leading = leadingWindow(windowStates(budget, this.context.settings, dayOf(asOf, this.context.timeZone), asOf));
    this.total = addUsd(this.total, recent);
    // Made for those alone who are told of.
    const line = (): DigestLine => ({
      principalId,
      labels: firstLabels(budget.labels),
      status: budget.status,
      recentUsd: formatUsd(recent),
      ...(leading ? { budget: figuresWithForecast(leading, budget, asOf, this.context.timeZone) } : {}),
    });
    if (recent > ZERO_USD) {
      this.recent.add({ rank: recent, principalId, line });
    }
    if (leading && leading.spent > ZERO_USD) {
      this.inPeriod.add({ rank: leading.spent, principalId, line });
    }
    if (this.isAboveWarning(budget, leading)) {
      this.aboveWarningCount += 1;
      this.aboveWarning.add({ rank: leading, principalId, line });
    }
  }

  /** Somebody has to mend it, and must not think that everybody is in the lists. */
  public addUnreadable(): void {
    this.unreadable += 1;
  }

  public figures(): DigestFigures {
    const lines = ({ items }: { readonly items: readonly { readonly line: () => DigestLine }[] }) => items.map(({ line }) => line());
    return {
      audience: this.options.audience,
      yesterday: this.yesterday,
      today: this.today,
      recentUsd: formatUsd(this.total),
      principals: this.principals,
      unreadable: this.unreadable,
      topRecent: lines(this.recent),
      topInPeriod: lines(this.inPeriod),
      aboveWarning: lines(this.aboveWarning),
      aboveWarningCount: this.aboveWarningCount,
    };
  }

  /** Of what is gone, only the spend is of interest. */
  private isAboveWarning(budget: Budget, leading: WindowState | undefined): boolean {
    if (budget.status === 'deleted' || budget.removedAt !== undefined) {
      return false;
    }
    return CONSPICUOUS.includes(budget.status)
      || (leading !== undefined && reachesPercent(leading.spent, leading.limit, rulesFor(budget, this.context.settings).warningPercent));
  }
}

function firstLabels(labels: Budget['labels']): DigestLine['labels'] {
  return Object.fromEntries(Object.entries(labels).slice(0, MAX_LABELS).map(entry => entry.map(text => text.slice(0, MAX_LABEL_LENGTH))));
}

/** a.spent / a.limit > b.spent / b.limit without dividing; who has no window comes last. */
function isUsedFurther(a: WindowState | undefined, b: WindowState | undefined): boolean {
  return a !== undefined && (b === undefined || a.spent * b.limit > b.spent * a.limit);
}
