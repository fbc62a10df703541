import * as events from 'aws-cdk-lib/aws-events';
import { EVENT_SOURCE } from '../contract';
import { HandlerFunction } from '../functions/handler-function';

/** Allows to put events of ours on the bus: on one that is shared, nothing may be said in another system's name. */
export function allowPublishing(handler: HandlerFunction, eventBus: events.IEventBus): void {
  handler.allow({
    actions: ['events:PutEvents'],
    resources: [eventBus.eventBusArn],
    conditions: {
      // The key is a list, one source an entry of the request: a comparison with a single value would not match. Without an entry it would match anything.
      'ForAllValues:StringEquals': { 'events:source': EVENT_SOURCE },
      'Null': { 'events:source': 'false' },
    },
  });
}
