import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { answering, CustomResourceResult } from '../adapters/cloudformation-response';
import { DynamoDbDeclarationStore } from '../adapters/dynamodb-declaration-store';
import { readCoreContext, readEnvironment } from '../adapters/environment';
import { EventBridgePublisher } from '../adapters/eventbridge-publisher';
import { once } from '../adapters/once';
import { Telemetry } from '../adapters/telemetry';
import { dayOf } from '../core/calendar';
import { DeclarationOrigin, readDeclaration } from '../core/declaration';
import { DeclarationPorts, declareBudget, withdrawBudget } from '../core/declare-budget';

const telemetry = once(() => new Telemetry(readEnvironment('DEPLOYMENT_ID').DEPLOYMENT_ID));

const parts = once(() => {
  const env = readEnvironment('BUDGETS_TABLE', 'EVENT_BUS');
  const ports: DeclarationPorts = {
    store: new DynamoDbDeclarationStore(new DynamoDBClient(CLIENT_DEFAULTS), env.BUDGETS_TABLE),
    events: new EventBridgePublisher(new EventBridgeClient(CLIENT_DEFAULTS), env.EVENT_BUS),
    log: telemetry().log,
  };
  return { ports, context: readCoreContext() };
});

/** A budget that a stack declares. Its id is that of the principal, so that another principal is another resource. */
export async function handler(event: CloudFormationCustomResourceEvent, context?: Context): Promise<void> {
  const { log } = telemetry();
  // A creation that failed is deleted by the id it answered with: only one that may have written something is about a principal.
  let declared = '';
  const options = { physicalResourceIdOf: () => declared, log };
  const declaring = (principalId: string) => {
    declared = principalId;
  };
  await telemetry().during(context, () => answering(event, context, options, () => apply(event, declaring)));
}

async function apply(event: CloudFormationCustomResourceEvent, declaring: (principalId: string) => void): Promise<CustomResourceResult> {
  const { ports, context } = parts();
  const origin = originOf(event, context.timeZone);
  if (event.RequestType === 'Delete') {
    const kept = await withdrawBudget(event.PhysicalResourceId, origin, ports, context);
    return { physicalResourceId: event.PhysicalResourceId, data: { kept: String(kept.length > 0) } };
  }
  const declaration = readDeclaration(event.ResourceProperties);
  declaring(declaration.principalId);
  const kept = await declareBudget(declaration, origin, ports, context);
  return { physicalResourceId: declaration.principalId, data: { kept: String(kept.length > 0) } };
}

function originOf({ StackId, LogicalResourceId, RequestId }: CloudFormationCustomResourceEvent, timeZone: string): DeclarationOrigin {
  const at = Date.now();
  // arn:aws:cloudformation:<region>:<account>:stack/<name>/<id>
  const stackName = StackId.split('/')[1] ?? StackId;
  return { stackName, owner: `${StackId}/${LogicalResourceId}`, requestId: RequestId, at, today: dayOf(at, timeZone) };
}
