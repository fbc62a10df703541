import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { WATCH_INDEX } from '../contract';
import { HandlerFunction } from '../functions/handler-function';

/** What handlers do with tables. A transaction is authorised by the actions in it. */
export type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem';

/** Allows exactly these actions on a table, and the key behind it. */
export function allowTable(handler: HandlerFunction, table: dynamodb.ITable, ...actions: TableAction[]): void {
  handler.allow({ actions: actions.map(action => `dynamodb:${action}`), resources: [table.tableArn] });
  handler.allowKeyUse('dynamodb');
}

/** Allows to read what is due: the index alone, not the table. */
export function allowWatchIndex(handler: HandlerFunction, budgets: dynamodb.ITable): void {
  handler.allow({ actions: ['dynamodb:Query'], resources: [`${budgets.tableArn}/index/${WATCH_INDEX}`] });
  handler.allowKeyUse('dynamodb');
}
