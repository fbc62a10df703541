import { gunzipSync } from 'node:zlib';
import { PrincipalKindName } from '../../src/contract';
import { meterBatch, MeteringOptions, MeteringPorts } from '../../src/lambdas/core/metering';
import { embeddedCatalog } from '../../src/lambdas/core/pricing/embedded-catalog';
import { unpackSubscriptionBatch } from '../../src/lambdas/core/subscription-batch';
import { atMost, Bench, median, percentile, Report, rounded } from '../bench';
import { deliveries, madeRecords } from '../made-calls';
import { callers, PRINCIPALS } from './api-calls';

const RECORDS = 10_000;
const ROUNDS = 15;
const FROM = Date.parse('2026-11-22T10:00:00Z');

/** At least half as fast as the least that anybody has to do. */
const MOST_TIMES = 2;

const BARE = 'without bodies, as the product has the log written';
const VARIANTS = [
  { name: BARE, bodyCharacters: 0, recordsADelivery: 50 },
  { name: BARE, bodyCharacters: 0, recordsADelivery: 500 },
  { name: BARE, bodyCharacters: 0, recordsADelivery: 2_000 },
  { name: 'with 4,000 characters of prompt and answer', bodyCharacters: 4_000, recordsADelivery: 200 },
];

const OPTIONS: MeteringOptions = { timeZone: 'UTC', trackedKinds: new Set(Object.values(PrincipalKindName)) };

export const throughput: Bench = {
  name: 'throughput',
  title: 'Records a second',
  timeLimitSeconds: 180,

  async measure({ signal, log }): Promise<Report> {
    const measured = [];
    for (const variant of VARIANTS) {
      log(`${variant.name}, ${variant.recordsADelivery} a delivery`);
      measured.push({ ...variant, ...await measureVariant(variant, signal) });
    }
    return {
      head: [
        'records', 'in a delivery', 'gunzip and JSON.parse alone, a second', 'metered, a second', 'a record, µs: p50', 'p95',
        'times as long: median', 'least', 'most',
      ],
      rows: measured.map(({ name, recordsADelivery, bare, metering, ratios }) => [
        name, rounded(recordsADelivery), rounded(1e6 / median(bare)), rounded(1e6 / median(metering)), rounded(median(metering)),
        rounded(percentile(metering, 95)),
        rounded(median(ratios)), rounded(Math.min(...ratios)), rounded(Math.max(...ratios)),
      ]),
      targets: measured.map(({ name, recordsADelivery, ratios }) => atMost(
        `metering beside gunzip and JSON.parse, ${name}, ${rounded(recordsADelivery)} in a delivery`, median(ratios), MOST_TIMES, 'times as long',
      )),
      notes: [
        'Metered means: unpacked, parsed and checked, attributed to a principal, priced, grouped and put into transactions; everything but the writing. Beside it the least that anybody has to'
        + ` do with the same bytes. In ${ROUNDS} rounds of ${rounded(RECORDS)} records of ${PRINCIPALS} principals, in which the two take turns delivery by delivery, on one core; ratios are those of a round.`
        + ' Percentiles are over the deliveries of all rounds.',
      ],
    };
  },
};

/** Microseconds a record by delivery, and the ratios of the rounds. */
async function measureVariant({ bodyCharacters, recordsADelivery }: typeof VARIANTS[number], signal: AbortSignal) {
  const records = madeRecords({ count: RECORDS, callers: callers(PRINCIPALS), account: '000000000000', from: FROM, bodyCharacters });
  const events = deliveries(records, recordsADelivery, FROM + RECORDS * 1000) as DeliveredEvent[];
  const [bare, metering, ratios]: number[][] = [[], [], []];
  const ports = meteringPorts();
  // The first rounds warm up.
  for (let round = -2; round < ROUNDS; round += 1) {
    signal.throwIfAborted();
    const own = { bare: [] as number[], metering: [] as number[] };
    for (const event of events) {
      own.bare.push(await secondsOf(async () => readBare(event)) / recordsADelivery * 1e6);
      own.metering.push(await secondsOf(() => meter(event, ports, recordsADelivery)) / recordsADelivery * 1e6);
    }
    if (round >= 0) {
      bare.push(...own.bare);
      metering.push(...own.metering);
      ratios.push(sum(own.metering) / sum(own.bare));
    }
  }
  return { bare, metering, ratios };
}

interface DeliveredEvent {
  readonly awslogs: { readonly data: string };
}

function readBare({ awslogs: { data } }: DeliveredEvent): number {
  const { logEvents } = JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString('utf8')) as { logEvents: readonly { readonly message: string }[] };
  return logEvents.map(({ message }) => JSON.parse(message) as object).length;
}

function meteringPorts(): MeteringPorts {
  return {
    store: { write: async () => ({ result: 'written' }) },
    unreadable: { keep: async () => {} },
    catalog: embeddedCatalog(),
    models: { modelsBehind: async () => new Map() },
    backOff: async () => {},
  };
}

async function meter(event: DeliveredEvent, ports: MeteringPorts, expected: number): Promise<void> {
  const { charged } = await meterBatch(unpackSubscriptionBatch(event), ports, OPTIONS);
  if (charged.length !== expected) {
    throw new Error(`${charged.length} of ${expected} records were charged`);
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
