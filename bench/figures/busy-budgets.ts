import { atMost, Bench, Report, rounded } from '../bench';
import { Outcome, Scene, simulate, Told } from '../contention/simulated-meters';
import { METER } from '../own-cost/assumptions';

const SEEDS = [20_001, 20_002, 20_003];
const DELIVERIES = 40;
const PAUSE_MS = 1000;
const CALLS = 99;
const MOST_TIMES_AS_LONG = 0.75;

const SCENES: readonly (Scene & { readonly who: string })[] = [
  { who: 'one principal', principals: 1, handlers: 8, callsADelivery: CALLS, ofTheFirst: 1 },
  { who: '20, as busy as each other', principals: 20, handlers: 8, callsADelivery: CALLS, ofTheFirst: 0 },
  { who: '200, as busy as each other', principals: 200, handlers: 8, callsADelivery: CALLS, ofTheFirst: 0 },
  { who: '200, as busy as each other; handlers pause', principals: 200, handlers: 8, callsADelivery: CALLS, ofTheFirst: 0, pauseMs: PAUSE_MS },
  { who: '200, as busy as each other', principals: 200, handlers: 32, callsADelivery: CALLS, ofTheFirst: 0 },
  { who: '200, as busy as each other', principals: 200, handlers: 8, callsADelivery: 500, ofTheFirst: 0 },
  { who: '1,000, as busy as each other', principals: 1000, handlers: 8, callsADelivery: CALLS, ofTheFirst: 0 },
  { who: '200, one of whom makes two thirds of the calls', principals: 200, handlers: 8, callsADelivery: CALLS, ofTheFirst: 2 / 3 },
].map(scene => ({ ...scene, deliveries: DELIVERIES }));

/** The one that is promised something. */
const PROMISED = SCENES[2];

interface Measured {
  readonly scene: typeof SCENES[number];
  readonly together: Outcome;
  readonly apart: Outcome;
}

export const busyBudgets: Bench = {
  name: 'busy-budgets',
  title: 'Who waits for a busy budget',
  timeLimitSeconds: 120,

  async measure({ signal }): Promise<Report> {
    const measured: Measured[] = [];
    for (const scene of SCENES) {
      signal.throwIfAborted();
      measured.push({ scene, together: await outcomeOf(scene, 'nobody'), apart: await outcomeOf(scene, 'all of them') });
    }
    const times = ({ together, apart }: Measured) => together.callsASecond / apart.callsASecond;
    const promised = measured.find(({ scene }) => scene === PROMISED)!;
    const oneTold = await outcomeOf(PROMISED, 'one of them');
    const again = (how: 'together' | 'apart') => measured.reduce((sum, each) => sum + each[how].cameAgain, 0);
    return {
      head: [
        'principals', 'handlers at once', 'calls in a delivery', 'calls metered a second, all wait', 'the others go on', 'deliveries that came again, all wait', 'the others go on',
        'actions a call, all wait', 'the others go on',
      ],
      rows: measured.map(({ scene, together, apart }) => [
        scene.who, String(scene.handlers), String(scene.callsADelivery),
        ...(['callsASecond', 'cameAgain', 'actionsACall'] as const).flatMap(what => [together[what], apart[what]].map(rounded)),
      ]),
      targets: [
        atMost('200 principals, 8 handlers, 99 calls in a delivery, where the others go on beside where all wait', times(promised), MOST_TIMES_AS_LONG, 'times as long'),
        atMost('deliveries that came again where the others go on, all of the table', again('apart'), again('together'), 'of them'),
      ],
      notes: [
        `In simulated time, so the same at every run: the core of the meter as it is, handlers that never pause, or up to a second between two deliveries, ${DELIVERIES} deliveries, and a DynamoDB that writes any number of transactions side by side, ${METER.msATransaction} ms each, and cancels whoever`
        + ` wants an item that one of them has. Sums of ${SEEDS.length} runs with calls by chance; actions are those of all transactions, cancelled ones included, since both are paid for.`,
        '"All wait": a transaction that met a conflict is tried again as it was. "The others go on": what the product does. DynamoDB tells which items another transaction had; the calls of these principals wait, and those of the others are a'
        + ' transaction of their own at once.',
        'Budgets alone are contended for, and units are not counted here: where they run out first is what the limits say, and a table that throttles has everybody wait.',
        'DynamoDB documents a reason for each item, and in error messages that were published several items of one transaction stand as `TransactionConflict`: so it is assumed here. If it named one of them alone,'
        + ` ${rounded(oneTold.callsASecond)} calls a second of 200 principals would be metered (8 handlers, 99 calls in a delivery), with ${rounded(oneTold.actionsACall)} actions a call.`,
      ],
    };
  },
};

async function outcomeOf(scene: Scene, told: Told): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const seed of SEEDS) {
    outcomes.push(await simulate(scene, told, seed));
  }
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    // Of all runs together: as many calls in each.
    callsASecond: SEEDS.length / sum(outcomes.map(({ callsASecond }) => 1 / callsASecond)),
    cameAgain: sum(outcomes.map(({ cameAgain }) => cameAgain)),
    actionsACall: sum(outcomes.map(({ actionsACall }) => actionsACall)) / SEEDS.length,
  };
}
