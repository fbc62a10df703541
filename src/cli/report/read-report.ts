import { DynamoDbChargebackTables } from '../../lambdas/adapters/dynamodb-chargeback-tables';
import { Chargeback, ChargebackOptions, chargebackOf } from '../../lambdas/core/chargeback/chargeback';
import { LedgerSums, TooManyGroupsError } from '../../lambdas/core/chargeback/ledger-sums';
import { readPrincipals, readSegment } from '../../lambdas/core/chargeback/read-tables';
import { daysOf, ReportPeriod } from '../../lambdas/core/chargeback/report-period';
import { awsFailure } from '../aws-failure';
import { CommandFailure } from '../command-failure';
import { StackClient } from './deployment-of-stack';

export interface ReportSource extends StackClient {
  readonly ledgerTable: string;
  readonly budgetsTable: string;
  /** Told of every page: rows that were read so far. */
  readonly onProgress: (rows: number) => void;
  readonly interrupted: AbortSignal;
}

/** Read side by side: more would only throttle the table, which is charged by at the same time. */
const SEGMENTS = 4;

/** Patient: the table gives more as it is asked for more, and nobody's call waits. */
const MAX_ATTEMPTS = 12;

/**
 * The report, as the scheduled one has it.
 *
 * @throws CommandFailure
 */
export async function readReport(period: ReportPeriod, asOf: number, source: ReportSource, options: ChargebackOptions): Promise<Chargeback> {
  const { region, credentials, interrupted, onProgress, ledgerTable, budgetsTable } = source;
  const { DynamoDBClient, ScanCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({ region, credentials, maxAttempts: MAX_ATTEMPTS });
  let rows = 0;
  const tables = new DynamoDbChargebackTables(async input => {
    const answer = await client.send(new ScanCommand(input), { abortSignal: interrupted });
    rows += input.TableName === ledgerTable ? answer.ScannedCount ?? 0 : 0;
    onProgress(rows);
    return answer;
  }, { ledgerTable, budgetsTable });
  try {
    const sums = new LedgerSums();
    const segments = Array.from({ length: SEGMENTS }, (_, index) => readSegment({ index, of: SEGMENTS }, period, undefined, tables));
    for (const { sums: part } of await Promise.all(segments)) {
      sums.addAll(part);
    }
    return chargebackOf(period, sums, await readPrincipals(daysOf(period), tables), asOf, options);
  } catch (error) {
    if (interrupted.aborted) {
      throw new CommandFailure('interrupted: no report was written');
    }
    throw error instanceof TooManyGroupsError ? new CommandFailure(error.message) : awsFailure(error, 'reading the tables', 'dynamodb:Scan on both, and kms:Decrypt on their key');
  } finally {
    client.destroy();
  }
}
