import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { HandlerFunction } from './handler-function';

/** Has a rule invoke a handler with the event as it is. What EventBridge cannot deliver goes where the handler's failures go. */
export function invokeOn(rule: events.Rule, handler: HandlerFunction): void {
  rule.addTarget(new targets.LambdaFunction(handler.function, { deadLetterQueue: handler.failures }));
}
