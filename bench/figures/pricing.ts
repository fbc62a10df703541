import { parseInvocationRecord } from '../../src/lambdas/core/invocation-record';
import { embeddedCatalog } from '../../src/lambdas/core/pricing/embedded-catalog';
import { atMost, Bench, median, Report, rounded } from '../bench';
import { madeRecords } from '../made-calls';
import { callers, PRINCIPALS } from './api-calls';

const RECORDS = 1_000_000;
/** So many at a time: a million records with everything that was read from them would measure the garbage collector. */
const RECORDS_A_ROUND = 50_000;
const FROM = Date.parse('2026-11-22T10:00:00Z');

export const pricing: Bench = {
  name: 'pricing',
  title: 'Pricing a million records',
  timeLimitSeconds: 120,

  async measure({ signal, log }): Promise<Report> {
    const catalog = embeddedCatalog();
    const seconds = { parse: [] as number[], price: [] as number[] };
    let cost = 0n;
    // The first round warms both up.
    for (let round = 0; round <= RECORDS / RECORDS_A_ROUND; round += 1) {
      signal.throwIfAborted();
      const lines = madeRecords({ count: RECORDS_A_ROUND, callers: callers(PRINCIPALS), account: '000000000000', from: FROM + round * 1000 });
      const usages = lines.map(line => parseInvocationRecord(line, FROM + RECORDS_A_ROUND * 2000)!);
      const parse = secondsOf(() => lines.forEach(line => JSON.parse(line)));
      const price = secondsOf(() => usages.forEach(usage => {
        cost += catalog.priceOf(usage).cost;
      }));
      if (round > 0) {
        seconds.parse.push(parse);
        seconds.price.push(price);
      }
    }
    if (cost === 0n) {
      throw new Error('the records cost nothing');
    }
    log(`${rounded(Number(cost / 10n ** 12n))} USD`);
    const [parse, price] = [sum(seconds.parse), sum(seconds.price)];
    return {
      head: ['what', 'seconds a million', 'a second'],
      rows: [
        ['JSON.parse of the records', rounded(parse), rounded(RECORDS / parse)],
        ['pricing them', rounded(price), rounded(RECORDS / price)],
      ],
      targets: [atMost('pricing beside a plain JSON.parse of the same records', median(seconds.price.map((value, round) => value / seconds.parse[round])), 1, 'times as long')],
      notes: [
        `In rounds of ${rounded(RECORDS_A_ROUND)} records, in which both take turns; the figure that was promised is the median of the rounds' ratios. Records without bodies, as the product`
        + ' has the log written: with bodies a record takes longer to parse and no longer to price. On one core, in memory; the prices of a model are found once, so that what is measured is'
        + ' what a call costs once its model is known.',
      ],
    };
  },
};

function secondsOf(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
