import { Place } from '../../demo/fixture/identities';

/** A cloud in which AgentCore has given the runtimes of the cast their ids. */
export const PLACE: Place = {
  account: '000000000000',
  region: 'us-east-1',
  runtimeIds: new Map([['checkout', 'checkout-a1B2c3D4e5'], ['pricing', 'pricing-f6G7h8I9j0'], ['research', 'research-k1L2m3N4o5']]),
};
