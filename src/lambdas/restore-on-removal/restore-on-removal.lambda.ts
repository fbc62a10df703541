import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { Env } from '../../contract';
import { CLIENT_DEFAULTS } from '../adapters/aws-clients';
import { answering, CustomResourceResult } from '../adapters/cloudformation-response';
import { DynamoDbAuditLog } from '../adapters/dynamodb-audit-log';
import { readCoreContext, readEnvironment } from '../adapters/environment';
import { IamDenyAttachments } from '../adapters/iam-deny-attachments';
import { IamDenyInventory } from '../adapters/iam-deny-inventory';
import { LambdaPolicyReturn } from '../adapters/lambda-policy-return';
import { once } from '../adapters/once';
import { StepFunctionsExecutions } from '../adapters/step-functions-executions';
import { Telemetry } from '../adapters/telemetry';
import { wait } from '../adapters/waiting';
import { liftAllDenies, RemovalPorts } from '../core/removal';
import { returnBeforeDetacherGoes } from '../core/strategy-change';

const PHYSICAL_ID = 'restore-on-removal';

/** Property of the resource: the policy-detacher's ARN, or an empty text where there is none. */
const DETACHER = 'policyDetacherArn';

/** The policy-detacher may work for minutes before it answers, and is not to be asked again meanwhile. */
const PATIENT = { maxAttempts: 1, requestHandler: { requestTimeout: 0 } };

const telemetry = once(() => new Telemetry(readEnvironment('DEPLOYMENT_ID').DEPLOYMENT_ID));

const parts = once(() => {
  const env = readEnvironment('AUDIT_TABLE', 'DENY_POLICY_ARN', 'SUSPENSION_STATE_MACHINE_ARN', 'RESTORATION_STATE_MACHINE_ARN');
  const { [Env.POLICY_DETACHER_ARN]: detacherArn } = process.env;
  // Nothing but patience helps here: there is no state machine that would try again.
  const iam = new IAMClient({ ...CLIENT_DEFAULTS, maxAttempts: 6 });
  const ports: Omit<RemovalPorts, 'remaining'> = {
    executions: new StepFunctionsExecutions(new SFNClient(CLIENT_DEFAULTS), [env.SUSPENSION_STATE_MACHINE_ARN, env.RESTORATION_STATE_MACHINE_ARN]),
    inventory: new IamDenyInventory(iam, env.DENY_POLICY_ARN, 'nobody'),
    attachments: new IamDenyAttachments(iam, env.DENY_POLICY_ARN),
    ...(detacherArn ? { policies: new LambdaPolicyReturn(new LambdaClient(PATIENT), detacherArn) } : {}),
    audit: new DynamoDbAuditLog(new DynamoDBClient(CLIENT_DEFAULTS), env.AUDIT_TABLE),
    log: telemetry().log,
    pause: wait,
  };
  return { ports, context: readCoreContext() };
});

/**
 * Lifts every deny when the stack is deleted, and has policies given back when the policy-detacher goes: in an update, or in the rollback of one that
 * brought it. Whatever else is created and updated changes nothing.
 */
export async function handler(event: CloudFormationCustomResourceEvent, context?: Context): Promise<void> {
  const { log } = telemetry();
  await telemetry().during(context, () => answering(event, context, { physicalResourceIdOf: () => PHYSICAL_ID, log }, () => apply(event, context)));
}

async function apply(event: CloudFormationCustomResourceEvent, invocation: Context | undefined): Promise<CustomResourceResult> {
  const remaining = () => invocation?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
  const goes = detacherThatGoes(event);
  if (event.RequestType === 'Delete') {
    const { ports, context } = parts();
    await liftAllDenies({ requestId: event.RequestId, at: Date.now() }, { ...ports, remaining }, context);
  } else if (goes) {
    const policies = new LambdaPolicyReturn(new LambdaClient(PATIENT), goes);
    await returnBeforeDetacherGoes({ policies, log: telemetry().log, pause: wait, remaining });
  }
  return { physicalResourceId: PHYSICAL_ID };
}

/** The policy-detacher that there was before an update, and will not be after it. */
function detacherThatGoes(event: CloudFormationCustomResourceEvent): string | undefined {
  if (event.RequestType !== 'Update') {
    return undefined;
  }
  const { OldResourceProperties: { [DETACHER]: before }, ResourceProperties: { [DETACHER]: after } } = event;
  return typeof before === 'string' && before !== '' && before !== after ? before : undefined;
}
