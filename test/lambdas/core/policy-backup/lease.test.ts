import { LEASE_MS, underLease } from '../../../../src/lambdas/core/policy-backup/lease';
import { RetryableIamError } from '../../../../src/lambdas/core/ports';
import { Observed } from '../../observed';
import { ALICE, NOON } from '../builders';
import { InMemoryBackupStore } from '../in-memory/backup-store';
import { Faults } from '../in-memory/faults';

const OWNER = { uniqueId: 'AIDAALICE', principalId: ALICE };

function world() {
  const faults = new Faults();
  const leases = new InMemoryBackupStore(faults);
  const observed = new Observed();
  const state = { now: NOON };
  const as = (worker: string) => ({ leases, worker, log: observed.log, clock: () => state.now });
  return { faults, leases, observed, state, as };
}

test('a target is its worker\'s own while the work lasts', async () => {
  const { leases, as } = world();
  expect(await underLease(OWNER, as('one'), async () => leases.isLeased(OWNER.uniqueId))).toBe(true);
  expect(leases.isLeased(OWNER.uniqueId)).toBe(false);
});

test('nobody else gets it meanwhile, and the refusal ends nobody\'s lease', async () => {
  const { leases, as } = world();
  await underLease(OWNER, as('one'), async () => {
    await expect(underLease(OWNER, as('two'), async () => 'worked')).rejects.toThrow(RetryableIamError);
    expect(leases.isLeased(OWNER.uniqueId)).toBe(true);
  });
});

test('it ends with the work, whatever came of that', async () => {
  const { leases, as } = world();
  await expect(underLease(OWNER, as('one'), async () => { throw new Error('broken'); })).rejects.toThrow('broken');
  expect(leases.isLeased(OWNER.uniqueId)).toBe(false);
});

test('it is given up also where the answer to its acquisition was lost', async () => {
  const { leases, faults, as } = world();
  faults.plan('leases.acquire', 'after');
  await expect(underLease(OWNER, as('one'), async () => 'worked')).rejects.toThrow('leases.acquire failed');
  expect(leases.isLeased(OWNER.uniqueId)).toBe(false);
});

test('a lease that cannot be given up spoils no work, and ends by itself', async () => {
  const { faults, observed, state, as } = world();
  faults.plan('leases.release');
  expect(await underLease(OWNER, as('one'), async () => 'worked')).toBe('worked');
  expect(observed.at('warn')).toEqual([{ level: 'warn', message: expect.stringContaining('ends by itself'), facts: { target: ALICE, problem: 'InjectedFault' } }]);
  await expect(underLease(OWNER, as('two'), async () => 'worked')).rejects.toThrow(RetryableIamError);
  state.now += LEASE_MS;
  expect(await underLease(OWNER, as('two'), async () => 'worked')).toBe('worked');
});

test('nothing is begun in its last half minute', async () => {
  const { state, as } = world();
  await underLease(OWNER, as('one'), async stillMine => {
    state.now += LEASE_MS - 30_001;
    expect(stillMine).not.toThrow();
    state.now += 1;
    expect(stillMine).toThrow(RetryableIamError);
  });
});
