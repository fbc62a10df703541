import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Alarms } from '../alarms';
import { PERIOD, READ } from './watch';

/** Reports are for bookkeeping: one that is missing lets nobody spend. */
export function watchReports(alarms: Alarms, stateMachine: sfn.IStateMachine | undefined): void {
  if (stateMachine) {
    alarms.watch('chargeback-report-failed', {
      metric: stateMachine.metricFailed({ period: PERIOD }),
      meaning: 'A chargeback report could not be written. Nobody is charged wrongly: the report is read from the ledger.',
      firstAction: 'Read the error of the failed execution, and start another with the same input once the cause is gone; an input of {} stands for the month before.',
      read: READ.REPORTS,
    });
    alarms.watch('chargeback-report-timed-out', {
      metric: stateMachine.metricTimedOut({ period: PERIOD }),
      meaning: 'A chargeback report took more than twelve hours and was given up.',
      firstAction: 'Open the execution and see in which step it hung; a ledger table that throttles is the likely cause. Then start another with the same input.',
      read: READ.REPORTS,
    });
  }
}
