/**
 * What a page of figures shows: the back-test, the chargeback report and the demo are such pages. Everything is decided by now; the renderer
 * draws it and no more.
 */
export interface ReportPage {
  readonly title: string;
  /** One or two sentences under the title: what was looked at. */
  readonly lead: string;
  /** The main numbers, three to eight of them. */
  readonly figures: readonly KeyFigure[];
  readonly sections: readonly ReportSection[];
  /** The time zone in which instants are told, by its IANA name; UTC where absent. */
  readonly timeZone?: string;
  /** Instants are told as minutes and seconds since this one, instead of as dates. Epoch milliseconds. */
  readonly clockFrom?: number;
  /** What the reader must know to trust the figures: assumptions, what was left out. */
  readonly notes: readonly string[];
  /** Last line: what made the page, from what, and when, unless the same data shall make the same page. */
  readonly footer: string;
}

export interface KeyFigure {
  readonly value: string;
  readonly label: string;
  readonly note?: string;
}

export interface ReportSection {
  /** Letters, digits and hyphens: the anchor of the section. */
  readonly id: string;
  readonly title: string;
  readonly text?: string;
  readonly blocks: readonly ReportBlock[];
}

export type ReportBlock = SpendChart | StatesChart | CostChart | ReportTable | ReportChecks;

/** Spend of one principal against its limit. Instants are epoch milliseconds; amounts are dollars, for drawing alone. */
export interface SpendChart {
  readonly kind: 'spend';
  readonly title: string;
  /** What the chart shows, in a sentence, for whoever does not see it. */
  readonly description: string;
  /** The main figures of the principal in a few words, such as "$12.60 of $20.00". */
  readonly summary?: string;
  /** Where the principal stands in the end; the status of the last mark where absent. */
  readonly status?: ChartStatus;
  /** In order of time; each holds until the next. */
  readonly points: readonly { readonly at: number; readonly spentUsd: number; readonly limitUsd?: number }[];
  /** Changes of status, in order of time; each holds until the next. */
  readonly marks: readonly { readonly at: number; readonly status: ChartStatus; readonly text: string }[];
}

/** Who was in which state when. */
export interface StatesChart {
  readonly kind: 'states';
  readonly title: string;
  readonly description: string;
  readonly rows: readonly {
    readonly name: string;
    readonly spans: readonly { readonly from: number; readonly to: number; readonly status: ChartStatus; readonly text: string }[];
  }[];
}

/** Cost by day, stacked by series (model, team, principal …). */
export interface CostChart {
  readonly kind: 'cost';
  readonly title: string;
  readonly description: string;
  /** `yyyy-mm-dd`, in order. */
  readonly days: readonly string[];
  /** One amount of dollars a day each. */
  readonly series: readonly CostSeries[];
}

export interface CostSeries {
  readonly name: string;
  readonly usd: readonly number[];
  /** How many it stands for, where it is what several have together: it is drawn as the last one then. */
  readonly standsFor?: number;
}

export interface ReportTable {
  readonly kind: 'table';
  readonly title: string;
  /** What the rows are, where the title does not say it all. */
  readonly description?: string;
  readonly columns: readonly { readonly title: string; readonly isNumber?: boolean }[];
  /** A cell a column. The first cell names its row. */
  readonly rows: readonly (readonly ReportCell[])[];
  /** Said in place of an empty table. */
  readonly empty: string;
}

/** A text, or more than that. In a column of numbers, rows are sorted by the number that the text begins with, `$` and separators of thousands aside. */
export type ReportCell = string | {
  readonly text: string;
  /** Shown as a badge. The text may be empty: the status has a name. */
  readonly status?: ChartStatus;
  /** What the row is sorted by in place of the text: durations and the like. */
  readonly sortBy?: number;
};

/** What was found to be so. */
export interface ReportChecks {
  readonly kind: 'checks';
  readonly title: string;
  /** Beside the title: when, or how many. */
  readonly note?: string;
  readonly checks: readonly string[];
}

export type ChartStatus = 'active' | 'warning' | 'critical' | 'exceeded' | 'grace_period' | 'suspended' | 'restoring' | 'deleted';
