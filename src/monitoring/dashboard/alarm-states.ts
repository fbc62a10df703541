import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { AlarmSeverity } from '../alarm-props';
import { MadeAlarm } from '../alarms';
import { FULL_WIDTH, heading, Row } from './widgets';

/** CloudWatch's limit of a widget. */
const MAX_ALARMS = 100;

const HEIGHT = 3;

/** The alarms of a severity that are on. Read as late as at synthesis: a budget that is added later brings an alarm. */
class AlarmStates extends cloudwatch.ConcreteWidget {
  constructor(private readonly title: string, private readonly severity: AlarmSeverity, private readonly made: readonly MadeAlarm[]) {
    super(FULL_WIDTH / 2, HEIGHT);
  }

  public toJson(): any[] {
    const alarms = this.made.filter(({ severity }) => severity === this.severity).map(({ alarm }) => alarm.alarmArn).slice(0, MAX_ALARMS);
    return [{
      type: 'alarm',
      width: this.width,
      height: this.height,
      x: this.x,
      y: this.y,
      properties: { title: this.title, alarms, states: ['ALARM'], sortBy: 'stateUpdatedTimestamp' },
    }];
  }
}

export function alarmStates(made: readonly MadeAlarm[], environmentName: string, runbookUrl: string): Row[] {
  return [
    heading([
      `# Bedrock budgets, ${environmentName}`,
      `What to do about an alarm: [runbook](${runbookUrl}). Numbers and bars say in their titles what they cover; charts over time and tables cover the range chosen above. `
        + 'An empty chart or `--`: nothing of the kind has happened. An empty table: nobody it would show.',
    ].join('\n')),
    [
      new AlarmStates('Critical alarms that are on (empty: none)', AlarmSeverity.CRITICAL, made),
      new AlarmStates('Warnings that are on (empty: none)', AlarmSeverity.WARNING, made),
    ],
  ];
}
