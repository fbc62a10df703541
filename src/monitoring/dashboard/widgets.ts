import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** Widgets side by side; the rows of a section, from top to bottom. */
export type Row = readonly cloudwatch.IWidget[];

/** CloudWatch's grid. */
export const FULL_WIDTH = 24;

export const HOUR = Duration.hours(1);
export const DAY = Duration.days(1);

/** What is told of whenever it happens has no data point while it does not: no line where a zero is meant. */
export function orZero(metric: cloudwatch.Metric, label: string, id: string): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({ expression: `FILL(${id}, 0)`, usingMetrics: { [id]: metric }, label, period: metric.period });
}

/** A heading, and what to know before reading what is below it. */
export function heading(markdown: string, height = 2): Row {
  return [new cloudwatch.TextWidget({ markdown, width: FULL_WIDTH, height, background: cloudwatch.TextWidgetBackground.TRANSPARENT })];
}

export interface NumberProps {
  readonly title: string;
  readonly metric: cloudwatch.IMetric;
  readonly width: number;
  readonly height?: number;
  /** A range of its own, such as `-PT24H`: one value over all of it, for which the metric must have no period of its own. Without it, the latest value. */
  readonly over?: string;
}

export function numberOf({ title, metric, width, height = 3, over }: NumberProps): cloudwatch.IWidget {
  return new cloudwatch.SingleValueWidget({
    title, metrics: [metric], width, height, ...(over === undefined ? {} : { start: over, setPeriodToTimeRange: true }),
  });
}

export interface ChartProps {
  readonly title: string;
  readonly metrics: cloudwatch.IMetric[];
  /** What is measured, in which unit. */
  readonly unit: string;
  readonly width: number;
  readonly height?: number;
  readonly period?: Duration;
  readonly stacked?: boolean;
  /** A range of its own. */
  readonly over?: string;
}

/** Amounts and durations begin at zero: an axis that begins elsewhere makes little look like much. */
export function chart({ title, metrics, unit, width, height = 6, period, stacked, over }: ChartProps): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({
    title,
    left: metrics,
    leftYAxis: { label: unit, showUnits: false, min: 0 },
    legendPosition: cloudwatch.LegendPosition.BOTTOM,
    stacked,
    width,
    height,
    ...(period ? { period } : {}),
    ...(over === undefined ? {} : { start: over }),
  });
}

/** One bar a metric, over a range of its own. */
export function bars({ title, metrics, unit, width, height = 6, over }: ChartProps & { readonly over: string }): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({
    title,
    left: metrics,
    leftYAxis: { label: unit, showUnits: false, min: 0 },
    view: cloudwatch.GraphWidgetView.BAR,
    setPeriodToTimeRange: true,
    start: over,
    width,
    height,
  });
}

export interface TableProps {
  readonly title: string;
  readonly logGroupNames: string[];
  readonly query: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** Of what was logged in the range of the dashboard. */
export function table({ query, ...props }: TableProps): cloudwatch.IWidget {
  return new cloudwatch.LogQueryWidget({ ...props, queryLines: [...query], view: cloudwatch.LogQueryVisualizationType.TABLE });
}
