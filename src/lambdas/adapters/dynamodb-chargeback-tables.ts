import type { AttributeValue, ScanCommandInput, ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { BudgetAttribute, LedgerAttribute } from '../../contract';
import { Day } from '../core/calendar';
import { Attributes } from '../core/chargeback/attributes';
import { budgetAttributes } from '../core/chargeback/charged-principals';
import { LEDGER_ATTRIBUTES } from '../core/chargeback/ledger-sums';
import { ChargebackTables, Segment, TablePage } from '../core/chargeback/read-tables';
import { ReportPeriod } from '../core/chargeback/report-period';

/** Sends a scan. A function, and no client: the command line loads its client only when it needs one. */
export type SendScan = (input: ScanCommandInput) => Promise<Pick<ScanCommandOutput, 'Items' | 'LastEvaluatedKey'>>;

export interface ChargebackTableNames {
  readonly ledgerTable: string;
  readonly budgetsTable: string;
}

/** Reads the tables with as little as DynamoDB can be asked for: pages are paid for by what is in them, whatever of it is asked for. */
export class DynamoDbChargebackTables implements ChargebackTables {
  constructor(private readonly send: SendScan, private readonly names: ChargebackTableNames) {}

  /** A row without a day, or with one that is no text, was broken by hand: it is read as well, so that it is told. */
  public async ledgerPage({ index, of }: Segment, { from, to }: ReportPeriod, after?: string): Promise<TablePage> {
    return this.page({
      TableName: this.names.ledgerTable,
      Segment: index,
      TotalSegments: of,
      ...projection(LEDGER_ATTRIBUTES),
      FilterExpression: '#a0 BETWEEN :from AND :to OR attribute_not_exists(#a0) OR NOT attribute_type(#a0, :text)',
      ExpressionAttributeValues: { ':from': { S: from }, ':to': { S: to }, ':text': { S: 'S' } },
    }, LedgerAttribute.CALL_ID, after);
  }

  public async budgetsPage(days: readonly Day[], after?: string): Promise<TablePage> {
    return this.page({ TableName: this.names.budgetsTable, ...projection(budgetAttributes(days)) }, BudgetAttribute.PRINCIPAL_ID, after);
  }

  private async page(input: ScanCommandInput, key: string, after: string | undefined): Promise<TablePage> {
    const start = after === undefined ? {} : { ExclusiveStartKey: { [key]: { S: after } } };
    const { Items: items = [], LastEvaluatedKey: last } = await this.send({ ...input, ...start });
    return { items: items as readonly Record<string, AttributeValue>[] as readonly Attributes[], ...(last ? { next: last[key].S! } : {}) };
  }
}

/** The first attribute is `#a0`, and so on: by placeholder none can be a reserved word. */
function projection(attributes: readonly string[]): Pick<ScanCommandInput, 'ProjectionExpression' | 'ExpressionAttributeNames'> {
  return {
    ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((attribute, index) => [`#a${index}`, attribute])),
  };
}
