import { IConstruct } from 'constructs';
import { BudgeteerValidationError, shown } from '../validation/problem';
import { InvocationLogs } from './invocation-logs';

/** An `InvocationLogs`, of whichever copy of this library: a log group in its place would be left out silently, and Bedrock's logging be taken over. */
export function checkInvocationLogs(scope: IConstruct, given: unknown): void {
  if (typeof (given as Partial<InvocationLogs> | null)?._adoptExisting !== 'boolean') {
    throw new BudgeteerValidationError(scope, {
      prop: 'invocationLogs', given: shown(given), allowed: 'an InvocationLogs', remedy: 'write InvocationLogs.fromLogGroup(logGroup) or InvocationLogs.managed()',
    });
  }
}
