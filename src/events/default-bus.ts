import * as events from 'aws-cdk-lib/aws-events';

/** The bus that every account has. Its rules are known by their name alone, those of others by the names of both. */
export function isDefaultBus({ eventBusName }: events.IEventBus): boolean {
  return eventBusName === 'default';
}
