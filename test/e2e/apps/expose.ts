import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { BedrockBudgeteer } from '../../../src';
import { InstanceNames } from '../support/instance-names';

/** Subscribes to the topics, and tells in outputs where everything is. */
export function expose(budgeteer: BedrockBudgeteer, prefix = ''): void {
  const stack = Stack.of(budgeteer);
  const inbox = (id: string, topic: sns.ITopic) => {
    const queue = new sqs.Queue(stack, `${prefix}${id}`, { removalPolicy: RemovalPolicy.DESTROY });
    topic.addSubscription(new SqsSubscription(queue));
    return queue.queueUrl;
  };
  const names: Record<keyof InstanceNames, string | undefined> = {
    deploymentId: budgeteer.deploymentId,
    settingsPath: budgeteer.settingsPath,
    budgetsTable: budgeteer.budgetsTable.tableName,
    ledgerTable: budgeteer.ledgerTable.tableName,
    auditTable: budgeteer.auditTable.tableName,
    invocationLogGroup: budgeteer.invocationLogGroup.logGroupName,
    denyPolicyArn: budgeteer.denyPolicy.managedPolicyArn,
    eventBus: budgeteer.eventBus.eventBusName,
    usageMeter: budgeteer.usageMeter.functionName,
    budgetEvaluator: budgeteer.budgetEvaluator.functionName,
    budgetMonitor: budgeteer.budgetMonitor.functionName,
    auditRecorder: budgeteer.auditRecorder.functionName,
    priceRefresher: budgeteer.priceRefresher!.functionName,
    callRepricer: budgeteer.callRepricer.functionName,
    suspensionStateMachine: budgeteer.suspensionStateMachine.stateMachineArn,
    coverageChecker: budgeteer.coverageChecker!.functionName,
    mantleGuard: budgeteer.mantleGuard?.functionName,
    mantleDenyPolicyArn: budgeteer.mantleDenyPolicy?.managedPolicyArn,
    agentRegistrar: budgeteer.agentRegistrar?.functionName,
    policyDetacher: budgeteer.policyDetacher?.functionName,
    policyBackupsTable: budgeteer.policyBackupsTable?.tableName,
    budgetManager: budgeteer.budgetManager?.functionName,
    administrationUrl: budgeteer.administrationUrl,
    reportsBucket: budgeteer.reportsBucket?.bucketName,
    reportStateMachine: budgeteer.reportStateMachine?.stateMachineArn,
    alertsInbox: inbox('AlertsInbox', budgeteer.alertsTopic),
    operationsInbox: inbox('OperationsInbox', budgeteer.operationsTopic),
  };
  for (const [name, value] of Object.entries(names)) {
    if (value !== undefined) {
      new CfnOutput(stack, `${prefix}${name}`, { value });
    }
  }
}
