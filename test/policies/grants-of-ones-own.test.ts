import { Handler } from '../../src/contract';
import { everyOption } from '../everything';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { callsNeverMadeWithEverything, provesGrants } from './proves-grants';

jest.mock('../../src/lambdas/adapters/waiting', () => ({ wait: async () => {}, fullJitter: () => 0 }));

// A key of the user's, and channels of every kind: what the notifier and the reporter may do then.
provesGrants({
  synthesized: synthesizedBudgeteer(everyOption), handlers: Object.values(Handler), neverMade: callsNeverMadeWithEverything({ channels: true }),
});
