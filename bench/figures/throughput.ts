import { gunzipSync } from 'node:zlib';
import { PrincipalKindName } from '../../src/contract';
import { meterBatch, MeteringOptions, MeteringPorts } from '../../src/lambdas/core/metering';
import { embeddedCatalog } from '../../src/lambdas/core/pricing/embedded-catalog';
import { unpackSubscriptionBatch } from '../../src/lambdas/core/subscription-batch';
import { Bench, median, Report, rounded } from '../bench';
import { deliveries, madeRecords } from '../made-calls';
import { callers, PRINCIPALS } from './api-calls';

const RECORDS_A_DELIVERY = 500;
const DELIVERIES = 20;
const ROUNDS = 15;
const FROM = Date.parse('2026-11-22T10:00:00Z');

const VARIANTS = [
  { name: 'without bodies, as the product has the log written', bodyCharacters: 0 },
  { name: 'with 4,000 characters of prompt and answer', bodyCharacters: 4_000 },
];

const OPTIONS: MeteringOptions = { timeZone: 'UTC', trackedKinds: new Set(Object.values(PrincipalKindName)) };

export const throughput: Bench = {
  name: 'throughput',
  title: 'Records a second',
  timeLimitSeconds: 120,

  async measure({ signal }): Promise<Report> {
    const rows: string[][] = [];
    for (const { name, bodyCharacters } of VARIANTS) {
      const count = RECORDS_A_DELIVERY * DELIVERIES;
      const records = madeRecords({ count, callers: callers(PRINCIPALS), account: '000000000000', from: FROM, bodyCharacters });
      const events = deliveries(records, RECORDS_A_DELIVERY, FROM + count * 1000) as DeliveredEvent[];
      const seconds = { bare: [] as number[], metering: [] as number[] };
      // Side by side, so that whatever else the machine does slows both down; the first round warms up.
      for (let round = 0; round <= ROUNDS; round += 1) {
        signal.throwIfAborted();
        const bare = await secondsOf(async () => events.forEach(readBare));
        const metering = await secondsOf(() => meter(events));
        if (round > 0) {
          seconds.bare.push(bare);
          seconds.metering.push(metering);
        }
      }
      const ratios = seconds.metering.map((value, round) => value / seconds.bare[round]);
      rows.push([name, rounded(count / median(seconds.bare)), rounded(count / median(seconds.metering)), rounded(median(ratios))]);
    }
    return {
      head: ['records', 'gunzip and JSON.parse alone, a second', 'metered, a second', 'times as long'],
      rows,
      targets: [],
      notes: [
        `Metered means: unpacked, parsed and checked, attributed to a principal, priced, and put into transactions, ${RECORDS_A_DELIVERY} records a delivery; everything but the`
        + ' writing. Beside it the least that anybody has to do with the same bytes. Medians of the rounds, on one core; the last column is the median of the rounds\' ratios.',
      ],
    };
  },
};

interface DeliveredEvent {
  readonly awslogs: { readonly data: string };
}

function readBare({ awslogs: { data } }: DeliveredEvent): number {
  const { logEvents } = JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString('utf8')) as { logEvents: readonly { readonly message: string }[] };
  return logEvents.map(({ message }) => JSON.parse(message) as object).length;
}

async function meter(events: readonly DeliveredEvent[]): Promise<void> {
  const ports: MeteringPorts = {
    store: { write: async () => ({ result: 'written' }) },
    unreadable: { keep: async () => {} },
    catalog: embeddedCatalog(),
    models: { modelsBehind: async () => new Map() },
    backOff: async () => {},
  };
  for (const event of events) {
    const { charged } = await meterBatch(unpackSubscriptionBatch(event), ports, OPTIONS);
    if (charged.length !== RECORDS_A_DELIVERY) {
      throw new Error(`${charged.length} of ${RECORDS_A_DELIVERY} records were charged`);
    }
  }
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}
