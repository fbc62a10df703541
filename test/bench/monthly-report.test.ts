import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ledgerPages } from '../../bench/monthly-report/made-ledger';
import { ServedLedger, TABLES } from '../../bench/monthly-report/served-ledger';
import { DynamoDbChargebackTables } from '../../src/lambdas/adapters/dynamodb-chargeback-tables';
import { LedgerSums } from '../../src/lambdas/core/chargeback/ledger-sums';
import { readPrincipals, readSegment } from '../../src/lambdas/core/chargeback/read-tables';
import { daysOf } from '../../src/lambdas/core/chargeback/report-period';
import { addUsd } from '../../src/lambdas/core/money';

const PERIOD = { key: '2026-11', from: '2026-11-01', to: '2026-11-30' };
const SEGMENTS = 8;

/** The report is measured with these pages: what is not in them would be measured as nothing. */
test('the ledger that the monthly report is measured with is read by its adapters, to the last row and digit', async () => {
  const pages = ledgerPages({ period: PERIOD, rows: 5_000, principals: 13, times: 4 });
  const served = new ServedLedger(pages);
  const client = new DynamoDBClient({ endpoint: await served.start(), region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } });
  try {
    const tables = new DynamoDbChargebackTables(input => client.send(new ScanCommand(input)), { ledgerTable: TABLES.ledger, budgetsTable: TABLES.budgets });
    const sums = new LedgerSums();
    for (let index = 0; index < SEGMENTS; index += 1) {
      const { sums: part, next } = await readSegment({ index, of: SEGMENTS }, PERIOD, undefined, tables);
      expect(next).toBeUndefined();
      sums.addAll(part);
    }
    const groups = sums.groups();
    const principals = await readPrincipals(daysOf(PERIOD), tables);

    expect(pages.ledger.length).toBeGreaterThan(SEGMENTS);
    expect(sums.unreadable).toBe(0);
    expect(groups.reduce((calls, group) => calls + group.calls, 0)).toBe(20_000);
    expect(groups).toHaveLength(pages.combinations);
    expect(pages.combinations).toBe(30 * 13 * 5);
    expect(addUsd(...groups.map(({ cost }) => cost))).toBe(pages.cost);
    expect(addUsd(...[...principals.values()].flatMap(({ spend }) => [...spend.values()]))).toBe(pages.cost);
  } finally {
    client.destroy();
    served.stop();
  }
}, 60_000);
