import { Arn, ArnFormat, Lazy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { grantKeyUse } from '../encryption/key-use';
import { Storage } from './storage';

export interface ErasureResources {
  readonly storage: Storage;
  readonly key: kms.IKey;
  readonly eventBus: events.IEventBus;
  /** Only with the strategy `DETACH`. */
  readonly backups?: dynamodb.ITable;
}

type Right = readonly [actions: string[], resourceArns: string[]];

/**
 * What `budgeteer erase` asks for. Tables, queues, bus and key are those of this deployment; functions and log groups are asked of the account, since the
 * program finds the deployment by its functions. Queues are looked into, and nothing in them is deleted.
 */
export function grantErasure(scope: Construct, grantee: iam.IGrantable, { storage, key, eventBus, backups }: ErasureResources): iam.Grant {
  const { budgets, ledger, audit } = storage;
  const stack = Stack.of(scope);
  // Some come later, with a budget that is added.
  const queues = Lazy.list({ produce: () => scope.node.findAll().filter((one): one is sqs.Queue => one instanceof sqs.Queue).map(({ queueArn }) => queueArn) });
  const functions = Arn.format({ service: 'lambda', resource: 'function', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME }, stack);
  const ofBackups: readonly Right[] = backups ? [[['dynamodb:Scan', 'dynamodb:DeleteItem'], [backups.tableArn]]] : [];
  const rights: readonly Right[] = [
    [['dynamodb:Scan', 'dynamodb:UpdateItem'], [ledger.tableArn]],
    [
      ['dynamodb:Scan', 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'],
      [budgets.tableArn],
    ],
    [['dynamodb:Scan', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], [audit.tableArn]],
    ...ofBackups,
    [['events:DescribeEventBus', 'events:PutEvents'], [eventBus.eventBusArn]],
    [['sqs:GetQueueUrl', 'sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility'], queues],
    // these know no narrower resource
    [['lambda:ListFunctions', 'lambda:ListEventSourceMappings', 'logs:DescribeLogGroups'], ['*']],
    [['lambda:GetFunctionEventInvokeConfig'], [functions]],
    [['cloudformation:ListStackResources'], [Arn.format({ service: 'cloudformation', resource: 'stack', resourceName: `${stack.stackName}/*` }, stack)]],
  ];
  const grants = rights.map(([actions, resourceArns]) => iam.Grant.addToPrincipal({ grantee, actions, resourceArns }));
  return grants.reduce((all, grant) => all.combine(grant))
    .combine(grantKeyUse(scope, grantee, key, 'dynamodb'))
    .combine(grantKeyUse(scope, grantee, key, 'sqs', 'read'));
}
