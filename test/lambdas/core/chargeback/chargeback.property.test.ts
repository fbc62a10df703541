import * as fc from 'fast-check';
import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { addDays } from '../../../../src/lambdas/core/calendar';
import { Attributes } from '../../../../src/lambdas/core/chargeback/attributes';
import { Chargeback, chargebackOf } from '../../../../src/lambdas/core/chargeback/chargeback';
import { chargebackCsv } from '../../../../src/lambdas/core/chargeback/chargeback-csv';
import { chargebackJson } from '../../../../src/lambdas/core/chargeback/chargeback-json';
import { LedgerSums } from '../../../../src/lambdas/core/chargeback/ledger-sums';
import { readSegment } from '../../../../src/lambdas/core/chargeback/read-tables';
import { addUsd, formatUsd, usd, Usd } from '../../../../src/lambdas/core/money';
import { at } from '../builders';
import { budget, InMemoryTables, NOVEMBER, OPTIONS, principals, ROLE, row, USER } from './ledger';

const NOW = at('2026-12-02T06:00:00Z');
const MODELS = ['anthropic.claude-3-haiku-20240307-v1:0', 'amazon.nova-pro-v1:0', undefined];

/** Amounts down to the last picodollar, and as large as they come. */
const costs = fc.bigInt({ min: 0n, max: 10n ** 18n }).map(cost => formatUsd(cost as Usd));
const rows = fc.array(fc.record({
  day: fc.integer({ min: -3, max: 33 }).map(number => addDays('2026-11-01', number)),
  principalId: fc.constantFrom(USER, ROLE, 'agent-role/111122223333/eu-central-1/desk'),
  modelId: fc.constantFrom(...MODELS),
  costUsd: costs.map(cost => new NumberText(cost)),
  estimate: fc.constantFrom(undefined, undefined, '3'),
}).map(changes => row(changes)), { maxLength: 40 });

/** What the ledger itself adds up to. */
const totalOf = (ledger: readonly Attributes[]) => addUsd(...ledger
  .filter(({ day }) => day!.S! >= NOVEMBER.from && day!.S! <= NOVEMBER.to)
  .map(({ costUsd }) => usd(costUsd!.N!)));

const sumsOf = (ledger: readonly Attributes[]) => {
  const sums = new LedgerSums();
  ledger.forEach(each => sums.addRow(each, NOVEMBER));
  return sums;
};

const reportOf = (sums: LedgerSums): Chargeback => chargebackOf(NOVEMBER, sums, principals(NOVEMBER, budget(USER, { team: 'search' })), NOW, OPTIONS);

test('however a ledger is split, kept and put together again, the report is the same to the last byte', () => {
  fc.assert(fc.property(rows, fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 40, maxLength: 40 }), fc.boolean(), (ledger, parts, reversed) => {
    const split = [0, 1, 2, 3, 4].map(part => sumsOf(ledger.filter((_, index) => parts[index] === part)));
    const kept = split.map(part => LedgerSums.fromText(part.toText()));
    const together = new LedgerSums();
    (reversed ? kept.reverse() : kept).forEach(part => together.addAll(part));

    expect(together.toText()).toBe(sumsOf([...ledger].reverse()).toText());
    expect(chargebackJson(reportOf(together))).toBe(chargebackJson(reportOf(sumsOf(ledger))));
    expect(chargebackCsv(reportOf(together))).toBe(chargebackCsv(reportOf(sumsOf(ledger))));
  }));
});

test('whatever is added up, by whatever it is shared out, is what the ledger adds up to', () => {
  fc.assert(fc.property(rows, ledger => {
    const report = reportOf(sumsOf(ledger));
    const total = totalOf(ledger);

    expect(report.total.cost).toBe(total);
    for (const parts of [report.byDay, report.byModel, report.byPrincipal, report.lines, ...report.byLabel.map(({ values }) => values)]) {
      expect(addUsd(...parts.map(({ cost }) => cost))).toBe(total);
      expect(parts.reduce((sum, { calls }) => sum + calls, 0)).toBe(report.total.calls);
    }
    const [, ...lines] = chargebackCsv(report).trimEnd().split('\r\n');
    expect(addUsd(...lines.map(line => usd(line.split(',').at(-2)!)))).toBe(total);
    const json = JSON.parse(chargebackJson(report));
    expect(usd(json.total.costUsd)).toBe(total);
    expect(addUsd(...json.byPrincipal.map(({ costUsd }: { readonly costUsd: string }) => usd(costUsd)))).toBe(total);
  }));
});

test('wherever reading is interrupted, and however many segments there are, every row counts once', async () => {
  await fc.assert(fc.asyncProperty(rows, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }), async (ledger, of, pagesAtATime) => {
    const tables = new InMemoryTables(ledger, [], 3);
    const all = new LedgerSums();
    for (let index = 0; index < of; index += 1) {
      let after: string | undefined;
      do {
        let left = pagesAtATime;
        const { sums, next } = await readSegment({ index, of }, NOVEMBER, after, tables, () => (left -= 1) > 0);
        all.addAll(sums);
        after = next;
      } while (after !== undefined);
    }
    expect(all.toText()).toBe(sumsOf(ledger).toText());
  }));
});
