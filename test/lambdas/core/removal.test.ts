import { Item } from '../../../src/lambdas/core/budget-item';
import { AttachResult, DenyInventory, RetryableIamError } from '../../../src/lambdas/core/ports';
import { liftAllDenies, NotReturned, toldOf } from '../../../src/lambdas/core/removal';
import { Attachable } from '../../../src/lambdas/core/restriction-target';
import { Observed, recordedWaits } from '../observed';
import { NOON } from './builders';

type Entity = Awaited<ReturnType<DenyInventory['list']>>[number];

const deployment = { deploymentId: 'dep-1', environmentName: 'prod' };
const user = (name: string): Attachable => ({ type: 'user', name });
const role = (name: string): Attachable => ({ type: 'role', name });

interface Settings {
  readonly denied?: readonly Entity[];
  readonly executions?: readonly string[];
  /** How many looks IAM still lists what was detached. */
  readonly lag?: number;
  readonly detach?: (target: Attachable, attempt: number) => AttachResult | undefined;
  readonly auditFails?: boolean;
  /** Milliseconds that the removal may take. */
  readonly time?: number;
  /** What the policy-detacher answers to the n-th question (1, 2, …); none where there is no policy-detacher. */
  readonly policies?: (question: number) => readonly NotReturned[];
  /** What happens elsewhere while the removal waits for the n-th time (1, 2, …). */
  readonly meanwhile?: (wait: number, others: Others) => void;
}

/** Whatever may still change IAM and start executions while the removal goes on. */
interface Others {
  readonly attached: Set<Entity>;
  readonly executions: Set<string>;
}

/** IAM, Step Functions and the audit table, with every step on one list. */
function world({
  denied = [], executions: running = [], lag = 0, detach = () => undefined, auditFails = false, time = 540_000, policies, meanwhile = () => undefined,
}: Settings) {
  const observed = new Observed();
  const { waits, pause } = recordedWaits();
  const steps: string[] = [];
  const rows: Item[] = [];
  const attached = new Set(denied);
  const executions = new Set(running);
  let left = time;
  const timesGiven: number[] = [];
  const visible = new Map<Entity, number>();
  const attempts = new Map<string, number>();
  const run = () => liftAllDenies({ requestId: 'request-1', at: NOON }, {
    executions: {
      async* list() {
        yield* [...executions];
      },
      stop: async execution => {
        executions.delete(execution);
        steps.push(`stop ${execution}`);
      },
    },
    inventory: {
      list: async () => {
        const listed = [...attached, ...[...visible].filter(([, looks]) => looks > 0).map(([entity]) => entity)];
        visible.forEach((looks, entity) => visible.set(entity, looks - 1));
        return listed;
      },
    },
    attachments: {
      detach: async target => {
        const attempt = (attempts.get(target.name) ?? 0) + 1;
        attempts.set(target.name, attempt);
        const result = detach(target, attempt);
        if (result) return result;
        steps.push(`detach ${target.type} ${target.name}`);
        const entity = [...attached, ...denied].find(({ type, name }) => type === target.type && name === target.name)!;
        if (attached.delete(entity)) visible.set(entity, lag);
        return { result: 'done' };
      },
    },
    ...(policies ? {
      policies: {
        returnAll: async milliseconds => {
          timesGiven.push(milliseconds);
          steps.push('return policies');
          return policies(timesGiven.length);
        },
      },
    } : {}),
    audit: {
      append: async row => {
        if (auditFails) throw Object.assign(new Error('no table'), { name: 'ResourceNotFoundException' });
        rows.push(row);
      },
    },
    log: observed.log,
    pause: async milliseconds => {
      left -= milliseconds;
      await pause(milliseconds);
      meanwhile(waits.length, { attached, executions });
    },
    remaining: () => left,
  }, deployment);
  return { run, steps, rows, waits, observed, attached, attempts, timesGiven };
}

test('stops what could deny anew, then lifts every deny, and says so once', async () => {
  const { run, steps, rows } = world({ denied: [user('alice'), role('writer')], executions: ['s-1', 'r-1'] });
  expect(await run()).toEqual(['user alice', 'role writer']);
  expect(steps).toEqual(['stop s-1', 'stop r-1', 'detach user alice', 'detach role writer']);
  expect(rows).toEqual([{
    schemaVersion: '1',
    ...deployment,
    type: 'Deployment Removed',
    subject: 'deployment',
    eventKey: '2026-03-10T12:00:00.000Z#removal/request-1',
    eventId: 'removal/request-1',
    occurredAt: '2026-03-10T12:00:00.000Z',
    actor: 'restore-on-removal',
    reason: 'the deployment is removed: 2 denies lifted',
    before: { denied: ['user alice', 'role writer'] },
  }]);
});

test('where nobody is denied there is nothing to lift', async () => {
  const { run, rows } = world({});
  expect(await run()).toEqual([]);
  expect(rows).toHaveLength(1);
});

test('hundreds are lifted', async () => {
  const denied = Array.from({ length: 300 }, (_, index) => user(`user-${index}`));
  const { run, attached } = world({ denied });
  expect(await run()).toHaveLength(300);
  expect(attached.size).toBe(0);
});

test('looks until IAM lists nobody any more', async () => {
  const { run, waits } = world({ denied: [user('alice')], lag: 3 });
  expect(await run()).toEqual(['user alice']);
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 10_000]);
});

test('does not look for ever', async () => {
  const { run, waits, rows } = world({ denied: [user('alice')], lag: 1_000 });
  await expect(run()).rejects.toThrow('the deny policy is still attached to user alice: nothing else was removed');
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBe(60_000);
  expect(rows).toEqual([expect.objectContaining({ before: { denied: ['user alice'] } })]);
});

test('an IAM that throttles is asked again', async () => {
  const { run, attempts } = world({
    denied: [user('alice')],
    detach: (_, attempt) => {
      if (attempt < 4) throw new RetryableIamError('Throttling');
      return undefined;
    },
  });
  expect(await run()).toEqual(['user alice']);
  expect(attempts.get('alice')).toBe(4);
});

test('whoever is gone counts as lifted', async () => {
  const { run, attached } = world({
    denied: [user('alice')],
    detach: () => {
      attached.clear();
      return { result: 'gone' };
    },
  });
  expect(await run()).toEqual(['user alice']);
});

test('who cannot be lifted is named with the reason; the others are lifted', async () => {
  const { run, attached, rows, observed } = world({
    denied: [user('alice'), role('protected'), { type: 'group', name: 'all' }, role('forbidden')],
    detach: target => {
      if (target.name === 'forbidden') throw Object.assign(new Error('not allowed'), { name: 'AccessDenied' });
      return target.name === 'protected' ? { result: 'protected', message: 'only modifiable by AWS' } : undefined;
    },
  });
  await expect(run()).rejects.toMatchObject({
    name: 'RemovalIncompleteError',
    message: 'the deny policy is still attached to role protected (only modifiable by AWS), group all (groups are not ours to change), '
      + 'role forbidden (AccessDenied: not allowed): nothing else was removed. Detach it there by hand, and delete the stack again',
  });
  expect([...attached].map(({ name }) => name)).toEqual(['protected', 'all', 'forbidden']);
  expect(rows).toEqual([expect.objectContaining({ before: { denied: ['user alice'] } })]);
  expect(observed.at('error')[0].facts).toMatchObject({ names: ['role protected', 'group all', 'role forbidden'] });
});

test('a message names twenty and no more where there are no more, and quotes a long reason in part', async () => {
  const { run } = world({
    denied: Array.from({ length: 20 }, (_, index) => role(`r-${index}`)), detach: () => ({ result: 'protected', message: 'x'.repeat(500) }),
  });
  await expect(run()).rejects.toThrow(/r-19 \(x{100}\): nothing else/);
});

test('an IAM that throttles for good is asked five times, and anything else it says is final', async () => {
  const throttled = world({ denied: [user('alice')], detach: () => { throw new RetryableIamError('Throttling'); } });
  await expect(throttled.run()).rejects.toThrow('still attached to user alice (RetryableIamError: Throttling): nothing else');
  expect([throttled.attempts.get('alice'), throttled.waits]).toEqual([5, [500, 1_000, 2_000, 4_000]]);
  const forbidden = world({ denied: [user('alice')], detach: () => { throw new Error('no'); } });
  await expect(forbidden.run()).rejects.toThrow('user alice (Error: no)');
  expect([forbidden.attempts.get('alice'), forbidden.waits]).toEqual([1, []]);
});

test('how many executions were stopped is logged', async () => {
  const { run, observed } = world({ executions: ['s-1', 'r-1'] });
  await run();
  expect(observed.at('info')).toContainEqual(expect.objectContaining({ message: 'stopped running executions', facts: { stopped: 2 } }));
});

test.each([[20, ''], [21, ' and 1 more']])('policies of %i that are missing are told%s', (count, more) => {
  const missing = Array.from({ length: count }, (_, index) => ({ target: `role/r-${index}`, problem: 'p'.repeat(200) }));
  const told = toldOf(missing);
  expect(told.startsWith(`role/r-0 (${'p'.repeat(100)}), role/r-1 (`)).toBe(true);
  expect(told.endsWith(`role/r-19 (${'p'.repeat(100)})${more}`)).toBe(true);
});

test('a message names twenty, and how many more there are', async () => {
  const { run } = world({ denied: Array.from({ length: 33 }, (_, index) => ({ type: 'group' as const, name: `g-${index}` })) });
  await expect(run()).rejects.toThrow(/g-19 \(groups are not ours to change\) and 13 more: nothing else/);
});

test('an audit table that cannot be written to does not keep anybody denied', async () => {
  const { run, observed } = world({ denied: [user('alice')], auditFails: true });
  expect(await run()).toEqual(['user alice']);
  expect(observed.at('error')[0].facts).toEqual({ problem: 'ResourceNotFoundException', lifted: ['user alice'] });
});

describe('a look at which all is quiet is confirmed by another', () => {
  test('soon, where nobody was denied', async () => {
    const { run, waits } = world({});
    await run();
    expect(waits).toEqual([10_000]);
  });

  test('soon, where only somebody at rest was lifted', async () => {
    const { run, waits } = world({ denied: [user('alice')] });
    await run();
    expect(waits).toEqual([1_000, 10_000]);
  });

  test('after the enforcer\'s own timeout, where an execution was stopped that may have invoked it', async () => {
    const { run, waits } = world({ executions: ['s-1'] });
    await run();
    expect(waits).toEqual([65_000]);
  });

  test('whoever is denied right after the first look is found and lifted', async () => {
    const { run, waits, steps, attached } = world({
      executions: ['s-1'],
      meanwhile: (wait, others) => wait === 1 && others.attached.add(user('late')),
    });
    expect(await run()).toEqual(['user late']);
    expect(steps).toEqual(['stop s-1', 'detach user late']);
    expect(attached.size).toBe(0);
    expect(waits).toEqual([65_000, 1_000, 10_000]);
  });

  test('an execution that is started after the first look is stopped, and what it did is undone', async () => {
    const { run, waits, steps } = world({
      meanwhile: (wait, others) => {
        if (wait === 1) others.executions.add('s-late');
        if (wait === 2) others.attached.add(role('late'));
      },
    });
    expect(await run()).toEqual(['role late']);
    expect(steps).toEqual(['stop s-late', 'detach role late']);
    expect(waits).toEqual([10_000, 65_000, 1_000, 10_000]);
  });

  test('an execution that is listed for a while after it was stopped is none that was started', async () => {
    const { run, waits } = world({ executions: ['s-1'], meanwhile: (_, others) => others.executions.add('s-1') });
    await run();
    expect(waits).toEqual([65_000]);
  });

  test('where it never becomes quiet, the removal fails while there is time to say so', async () => {
    const { run, waits, rows } = world({ meanwhile: (wait, others) => others.executions.add(`s-${wait}`) });
    await expect(run()).rejects.toMatchObject({
      name: 'RemovalIncompleteError',
      message: 'there was no time left to make sure that nobody is denied anew: nothing else was removed. Delete the stack again',
    });
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(510_000);
    expect(waits.length).toBeGreaterThan(5);
    expect(rows).toHaveLength(1);
  });

  test('where the time runs out while somebody is still listed, they are named', async () => {
    const { run, waits } = world({ denied: [user('alice')], lag: 1_000, time: 36_000 });
    await expect(run()).rejects.toThrow('the deny policy is still attached to user alice');
    expect(waits).toEqual([1_000, 2_000]);
  });
});

describe('with the strategy DETACH', () => {
  const nothingMissing = () => [];
  const missing = (count: number): readonly NotReturned[] => Array.from({ length: count }, (_, index) => ({ target: `iam-user/1/u${index}`, problem: 'AccessDenied: '.padEnd(500, 'x') }));

  test('policies are put back after nothing can remove them any more, and before any deny is lifted', async () => {
    const { run, steps } = world({ denied: [user('alice')], executions: ['s-1'], policies: nothingMissing });
    expect(await run()).toEqual(['user alice']);
    expect(steps.slice(0, 3)).toEqual(['stop s-1', 'return policies', 'detach user alice']);
  });

  test('they are asked for again in every round: a step that was under way may have removed some meanwhile', async () => {
    const { run, steps } = world({
      denied: [user('alice')],
      policies: nothingMissing,
      // between the rounds; the first wait is for IAM's list
      meanwhile: (wait, { attached }) => {
        if (wait === 2) {
          attached.add(role('late'));
        }
      },
    });
    await run();
    expect(steps).toEqual(['return policies', 'detach user alice', 'return policies', 'detach role late', 'return policies']);
  });

  test('no deny is lifted while somebody misses policies, and the error says who and what to do', async () => {
    const { run, steps, attached, rows, observed } = world({ denied: [user('alice'), role('writer')], policies: () => [{ target: 'iam-role/1/writer', problem: 'LimitExceeded: quota' }] });
    await expect(run()).rejects.toMatchObject({
      name: 'RemovalIncompleteError',
      message: 'policies of iam-role/1/writer (LimitExceeded: quota) could not be put back: nothing else was removed. '
        + 'Mend the cause, which is told in brackets, and delete the stack again',
    });
    expect(steps).toEqual(['return policies']);
    expect(attached.size).toBe(2);
    expect(rows).toEqual([expect.objectContaining({ reason: 'the deployment is removed: 0 denies lifted' })]);
    expect(observed.at('error').map(({ message }) => message)).toEqual(['policies could not be put back']);
  });

  test('what fails in a later round still stops the removal', async () => {
    const { run, attached } = world({
      denied: [user('alice')],
      policies: question => (question === 2 ? missing(1) : []),
      meanwhile: (wait, others) => {
        if (wait === 2) {
          others.attached.add(role('late'));
        }
      },
    });
    await expect(run()).rejects.toThrow('policies of iam-user/1/u0 (AccessDenied');
    expect([...attached]).toEqual([role('late')]);
  });

  test('a message stays short, however many there are', async () => {
    const { run } = world({ policies: () => missing(500) });
    const error = await run().catch((problem: Error) => problem) as Error;
    expect(error.message.length).toBeLessThan(4000);
    expect(error.message).toContain('iam-user/1/u19');
    expect(error.message).not.toContain('iam-user/1/u20');
    expect(error.message).toContain('and 480 more');
  });

  test('nobody waits for the answer until there is no time left to report', async () => {
    const { run, timesGiven } = world({ policies: nothingMissing, time: 540_000 });
    await run();
    expect(timesGiven[0]).toBe(510_000);
    expect(timesGiven.every((time, index) => index === 0 || time < timesGiven[index - 1])).toBe(true);
  });

  test('a policy-detacher that does not answer stops the removal', async () => {
    const { run, steps, attached } = world({
      denied: [user('alice')],
      policies: () => {
        throw new Error('the policy-detacher failed');
      },
    });
    await expect(run()).rejects.toThrow('the policy-detacher failed');
    expect([steps, attached.size]).toEqual([['return policies'], 1]);
  });
});
