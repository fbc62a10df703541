import * as events from 'aws-cdk-lib/aws-events';
import { EVENT_SOURCE } from '../contract';
import { HandlerFunction } from '../functions/handler-function';

/** Allows to put events of ours on the bus: on one that is shared, nothing may be said in another system's name. */
export function allowPublishing(handler: HandlerFunction, eventBus: events.IEventBus): void {
  handler.allow({
    actions: ['events:PutEvents'],
    resources: [eventBus.eventBusArn],
    conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
  });
}
