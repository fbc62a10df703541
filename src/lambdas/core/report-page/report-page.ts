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
  /** What the reader must know to trust the figures: assumptions, what was left out. */
  readonly notes: readonly string[];
  /** Last line: what made the page, from what, when. */
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

export type ReportBlock = SpendChart | StatesChart | CostChart | ReportTable;

/** Spend of one principal against its limit. Instants are epoch milliseconds; amounts are dollars, for drawing alone. */
export interface SpendChart {
  readonly kind: 'spend';
  readonly title: string;
  /** What the chart shows, in a sentence, for whoever does not see it. */
  readonly description: string;
  readonly points: readonly { readonly at: number; readonly spentUsd: number; readonly limitUsd?: number }[];
  /** Changes of status. */
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
  readonly series: readonly { readonly name: string; readonly usd: readonly number[] }[];
}

export interface ReportTable {
  readonly kind: 'table';
  readonly title: string;
  readonly columns: readonly { readonly title: string; readonly isNumber?: boolean }[];
  readonly rows: readonly (readonly string[])[];
  /** Said in place of an empty table. */
  readonly empty: string;
}

export type ChartStatus = 'active' | 'warning' | 'critical' | 'exceeded' | 'grace_period' | 'suspended' | 'restoring' | 'deleted';
