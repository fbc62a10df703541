import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { DynamoDbBudgetAdministration } from '../../../../src/lambdas/adapters/dynamodb-budget-administration';
import { administer, IncomingRequest } from '../../../../src/lambdas/core/administration/administer';
import { AdministrationError } from '../../../../src/lambdas/core/administration/errors';
import { AdministrationPorts } from '../../../../src/lambdas/core/administration/ports';
import { budgetFromItem } from '../../../../src/lambdas/core/budget-item';
import { ADMIN } from '../../function-url';
import { InMemoryDynamoDb } from '../../in-memory-dynamodb';
import { Observed } from '../../observed';
import { aBudget, aContext, ALICE, itemOf, NOON, settingTexts } from '../builders';
import { Faults } from '../in-memory/faults';
import { InMemorySettings } from '../in-memory/surroundings';

jest.setTimeout(60_000);

const table = new InMemoryDynamoDb();
const store = new DynamoDbBudgetAdministration(new DynamoDBClient({ region: 'eu-central-1' }), 'Budgets');

/** Somebody who asks for a top-up of their own under a key, and asks again until there is an answer. */
const administrators = fc.array(fc.record({ cents: fc.integer({ min: 1, max: 99 }), repeats: fc.integer({ min: 0, max: 2 }) }), { minLength: 1, maxLength: 5 });
const plans = fc.record({
  administrators,
  /** What becomes of each access of the table: it is fast, slow, or its answer is lost. */
  fates: fc.infiniteStream(fc.constantFrom('passes', 'passes', 'waits', 'waits', 'fails before', 'fails after')),
});

test('whatever is lost and whoever is faster, every request with a key is carried out once', async () => {
  await fc.assert(fc.asyncProperty(plans, async ({ administrators: people, fates }) => {
    table.reset();
    table.put(itemOf(aBudget()));
    const faults = new Faults();
    let accesses = 0;
    faults.gate = async () => {
      // Nobody has bad luck for ever.
      const fate = accesses < 60 ? fates.next().value : 'passes';
      accesses += 1;
      if (fate === 'waits') {
        await new Promise(resolve => { setImmediate(resolve); });
      }
      faults.draw = () => (fate === 'fails before' || fate === 'fails after' ? { moment: fate === 'fails before' ? 'before' : 'after' } : undefined);
    };
    const { ports } = portsOver(faults);

    const outcomes = await Promise.all(people.flatMap(({ cents, repeats }, person) => (
      Array.from({ length: repeats + 1 }, () => untilAnswered({
        operation: 'topUp', principalId: ALICE, amountUsd: `0.${String(cents).padStart(2, '0')}`, expiresAt: '2026-03-20T00:00:00Z', reason: 'r', idempotencyKey: `key-${person}`,
      }, ports)))));

    expect(outcomes.every(({ changed }) => changed)).toBe(true);
    const { topUps } = budgetFromItem(table.item(ALICE)!);
    const asked = people.map(({ cents }) => BigInt(cents) * 10n ** 10n).sort();
    expect(topUps.map(({ amount }) => amount as bigint).sort()).toEqual(asked);
  }), { numRuns: 150 });
});

let requests = 0;

async function untilAnswered(body: unknown, ports: AdministrationPorts): Promise<{ readonly changed: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    requests += 1;
    const incoming: IncomingRequest = { callerArn: ADMIN, requestId: `request-${requests}`, at: NOON, body: () => body };
    try {
      return await administer(incoming, ports, aContext()) as { readonly changed: boolean };
    } catch (error) {
      if (attempt > 100 || (error instanceof AdministrationError && error.code !== 'Conflict')) {
        throw error;
      }
    }
  }
}

/** The table is reached through faults: an access waits, fails, or takes effect and fails. */
function portsOver(faults: Faults): { readonly ports: AdministrationPorts } {
  const observed = new Observed();
  const through = async <T>(access: () => Promise<T>): Promise<T> => {
    await faults.gate('table');
    const fault = faults.draw('table');
    if (fault?.moment === 'before') {
      throw new Error('not reached');
    }
    const result = await access();
    if (fault) {
      throw new Error('answer lost');
    }
    return result;
  };
  return {
    ports: {
      budgets: {
        read: id => through(() => store.read(id)),
        write: (id, change, before) => through(() => store.write(id, change, before)),
        page: (filter, after) => store.page(filter, after),
      },
      history: { page: async () => ({ rows: [] }) },
      settings: new InMemorySettings(settingTexts()),
      metrics: observed.metrics,
      log: observed.log,
    },
  };
}
