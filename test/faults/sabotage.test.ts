import { EventType } from '../../src/contract';
import { ALICE, KEY_USER } from '../lambdas/core/builders';
import { UNREADABLE } from './aws/cloud';
import { explore } from './explore';
import { Invariant } from './invariants';
import { spender } from './scenarios/spender';
import { World } from './world';

jest.setTimeout(120_000);

/** AWS, or the product as far as it can be told from here, does what it must not: each invariant has to notice. */
const SABOTAGE: Readonly<Record<string, readonly [Invariant, (world: World) => void]>> = {
  'the ledger takes a call twice': ['spend', ({ cloud: { tables } }) => {
    const answer = tables.answer.bind(tables);
    tables.answer = (operation, input) => answer(operation, operation !== 'TransactWriteItems' ? input : {
      TransactItems: input.TransactItems.map(({ Put: put, ...others }: Record<string, any>) => (
        put ? { Put: { TableName: put.TableName, Item: put.Item } } : others
      )),
    });
  }],
  'IAM takes no deny off, and says that it did': ['agreement', ({ cloud: { iam } }) => {
    const answer = iam.answer.bind(iam);
    let isFree = false;
    iam.answer = (operation, input) => {
      isFree ||= operation.startsWith('Detach');
      return operation.startsWith('Detach') || (isFree && operation.startsWith('List')) ? {} : answer(operation, input);
    };
  }],
  'somebody is denied who is not over the limit': ['reason', world => {
    world.limits.set(KEY_USER, 1_000);
  }],
  'the bus loses an event that it took': ['events', ({ cloud: { bus } }) => loses(bus, EventType.PRINCIPAL_SUSPENDED)],
  'the bus loses that somebody was denied': ['events', ({ cloud: { bus } }) => loses(bus, EventType.DENY_ATTACHED)],
  'the bus loses that somebody was freed': ['events', ({ cloud: { bus } }) => loses(bus, EventType.DENY_DETACHED)],
  'the event of a deny is about somebody else': ['events', ({ cloud: { bus } }) => {
    const push = bus.push.bind(bus);
    bus.push = (...events) => push(...events.map(event => (
      event.type === EventType.DENY_ATTACHED ? { ...event, detail: { ...event.detail, principalId: ALICE } } : event
    )));
  }],
  'the audit trail has an event that nobody wrote twice': ['events', ({ cloud: { tables } }) => {
    const items = tables.items.bind(tables);
    tables.items = table => (table === 'Audit' ? [...items(table), ...items(table).slice(0, 1)] : items(table));
  }],
  'the queue loses what cannot be read': ['records', ({ cloud: { queues } }) => {
    const send = queues.send.bind(queues);
    queues.send = (queue, ...message) => {
      if (queue !== UNREADABLE) {
        send(queue, ...message);
      }
    };
  }],
};

function loses(bus: World['cloud']['bus'], lost: EventType): void {
  const push = bus.push.bind(bus);
  bus.push = (...events) => push(...events.filter(({ type }) => type !== lost));
}

test.each(Object.entries(SABOTAGE))('it is noticed where %s', async (_, [invariant, sabotage]) => {
  const { violations } = await explore({
    ...spender,
    prepare(world) {
      spender.prepare(world);
      sabotage(world);
    },
  }, []);
  expect(violations.map(([broken]) => broken)).toContain(invariant);
});
