import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Metric } from '../../contract';
import { deploymentMetric } from '../metrics';
import { DashboardProps } from './dashboard';
import { CLOSE_OR_OVER, SUSPENDED } from './queries';
import { chart, heading, HOUR, numberOf, orZero, Row, table } from './widgets';

/** Who is close to or over budget, who is suspended and why, and how fast spend is stopped. */
export function budgets({ deployment, evaluator, monitor, periodDays }: DashboardProps): Row[] {
  const own = (name: Metric, label: string, options: cloudwatch.MetricOptions = {}) => deploymentMetric(deployment.id, name, { label, ...options });
  const hourly = (name: Metric, label: string, options: cloudwatch.MetricOptions = {}) => own(name, label, { period: HOUR, ...options });
  const logGroupNames = [evaluator, monitor].map(handler => handler.function.logGroup.logGroupName);
  const toBlock = (label: string, statistic: string) => hourly(Metric.SECONDS_TO_BLOCK, label, { statistic });
  const thisPeriod = { over: `-P${periodDays}D`, width: 6 };
  const { MAXIMUM, p } = cloudwatch.Stats;
  return [
    heading('## Who is close to a limit, or over it?\nWhere everybody stands now, as far as they stand above a threshold; told at every change, and of everybody again every hour. '
      + '`exceeded`: over the limit, and observed only or out of reach. `grace_period`: over it, and suspended at the time that is told.'),
    [table({ title: 'Close to a limit, or over it (empty: nobody)', logGroupNames, query: CLOSE_OR_OVER, width: 24, height: 7 })],
    heading('## Who is suspended, and why?\nTo restore somebody, raise, top up or exempt: `budgeteer budget`, or by hand as docs/operations.md says. -1: held by order, without a limit.', 2),
    [
      numberOf({
        title: 'Suspended now', metric: own(Metric.PRINCIPALS_SUSPENDED, 'principals', { statistic: MAXIMUM }), width: 4, height: 7,
      }),
      table({ title: 'Suspended, or being restored (empty: nobody)', logGroupNames, query: SUSPENDED, width: 20, height: 7 }),
    ],
    [chart({
      title: 'What happened, by the hour',
      metrics: [
        hourly(Metric.THRESHOLDS_CROSSED, 'Thresholds reached'), hourly(Metric.GRACE_PERIODS_STARTED, 'Grace periods begun'), hourly(Metric.SUSPENSIONS, 'Suspended'),
        hourly(Metric.RESTORATIONS, 'Restored'), hourly(Metric.UNENFORCEABLE_OVER_LIMIT, 'Over the limit and out of reach'),
        hourly(Metric.SUSPENSION_FAILURES, 'Suspensions that failed'), hourly(Metric.RESTORATION_FAILURES, 'Restorations that failed'),
      ],
      unit: 'principals an hour',
      width: 24,
      height: 5,
    })],
    heading('## How fast is spend stopped, and how much slips past?\nFrom the call that crossed a limit to the moment at which IAM was seen to deny, the grace period included. '
      + 'What slips past is what was spent beyond the limit until then.'),
    [
      numberOf({ title: `Nine of ten blocked within, last ${periodDays} days`, metric: own(Metric.SECONDS_TO_BLOCK, 'seconds', { statistic: p(90) }), ...thisPeriod }),
      numberOf({ title: `Slipped past, last ${periodDays} days`, metric: orZero(own(Metric.OVERSPEND_USD, ''), 'US dollars', 'overspend'), ...thisPeriod }),
      numberOf({
        title: `Slipped past, of all that was spent in ${periodDays} days`,
        metric: new cloudwatch.MathExpression({
          expression: '100 * FILL(past, 0) / spent',
          usingMetrics: { past: own(Metric.OVERSPEND_USD, 'Overspend'), spent: own(Metric.SPEND_USD, 'Spend') },
          label: 'percent',
        }),
        ...thisPeriod,
      }),
      numberOf({ title: `Suspensions, last ${periodDays} days`, metric: orZero(own(Metric.SUSPENSIONS, ''), 'suspensions', 'suspensions'), ...thisPeriod }),
    ],
    [
      chart({
        title: 'From the limit to the deny', metrics: [toBlock('Half of them within', p(50)), toBlock('19 of 20 within', p(95)), toBlock('The slowest', MAXIMUM)], unit: 'seconds', width: 12,
      }),
      chart({
        title: 'Spent beyond limits, by the hour',
        metrics: [hourly(Metric.OVERSPEND_USD, 'All together'), hourly(Metric.OVERSPEND_USD, 'The most by one', { statistic: MAXIMUM })],
        unit: 'US dollars an hour',
        width: 12,
      }),
    ],
  ];
}
