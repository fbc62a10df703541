import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { HandlerFunction } from '../functions/handler-function';

/** What handlers do with tables. A transaction is authorised by the actions in it. */
export type TableAction = 'BatchGetItem' | 'ConditionCheckItem' | 'DeleteItem' | 'GetItem' | 'PutItem' | 'Query' | 'Scan' | 'UpdateItem';

/** Allows exactly these actions on a table, and the key behind it. */
export function allowTable(handler: HandlerFunction, table: dynamodb.ITable, ...actions: TableAction[]): void {
  handler.allow({ actions: actions.map(action => `dynamodb:${action}`), resources: [table.tableArn] });
  handler.allowKeyUse('dynamodb');
}

/** Allows to write the item of one partition key, and the key behind the table: what else is in it is for others to write. */
export function allowWritingItem(handler: HandlerFunction, table: dynamodb.ITable, partitionKey: string): void {
  handler.allow({
    actions: ['dynamodb:PutItem'],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [partitionKey] } },
  });
  handler.allowKeyUse('dynamodb');
}

/** Allows to read an index alone, not its table. */
export function allowIndex(handler: HandlerFunction, table: dynamodb.ITable, indexName: string, ...actions: ('Query' | 'Scan')[]): void {
  handler.allow({ actions: (actions.length > 0 ? actions : ['Query']).map(action => `dynamodb:${action}`), resources: [`${table.tableArn}/index/${indexName}`] });
  handler.allowKeyUse('dynamodb');
}

/** What people and tools read with. */
export const READING = ['dynamodb:BatchGetItem', 'dynamodb:DescribeTable', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'];

/** Lets a principal of the user's do this with a table and its indexes, without the use of the key that `grantReadData` throws in. */
export function grantTable(grantee: iam.IGrantable, table: dynamodb.ITable, ...actions: string[]): iam.Grant {
  return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [table.tableArn, `${table.tableArn}/index/*`] });
}
