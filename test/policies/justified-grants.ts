import { Request } from './simulation';

/** An action on a resource, as a policy writes both. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
}

/** What is granted although no handler asks for it by itself, and why it has to be. */
export interface JustifiedGrant {
  /** The action as the policy writes it. */
  readonly action: string;
  /** What the resource is, in the template's words. */
  readonly resource: RegExp;
  readonly reason: string;
}

const ARN = 'arn:aws:';

/** Grants of functions. What matches none of these has to be used by a call that a handler was seen to make, or by Lambda with the handler's role. */
export const JUSTIFIED_OF_FUNCTIONS: readonly JustifiedGrant[] = [
  {
    action: 'ssm:GetParametersByPath',
    resource: /^arn:aws:ssm:.*:parameter\/bedrock-budgeteer\/.*\/\*$/,
    reason: 'reading a path is authorized by AWS on the path, and documented with what is below it as well; both are the settings of this deployment',
  },
  {
    action: 'ssm:GetParameterHistory',
    resource: /^arn:aws:ssm:.*:parameter\/bedrock-budgeteer\/[^*]*$/,
    reason: 'in one statement with the reading of the path; a parameter of the very name of the path there is none',
  },
  ...['Attach', 'Detach'].flatMap(verb => [['User', 'role'], ['Role', 'user']].map(([type, other]) => ({
    action: `iam:${verb}${type}Policy`,
    resource: new RegExp(`^${ARN}iam::\\d{12}:${other}/\\*$`),
    reason: `in one statement for users and roles; for IAM there is no ${verb}${type}Policy on a ${other}`,
  }))),
  ...[['GetAgentRuntime', 'harness'], ['GetHarness', 'runtime']].map(([action, other]) => ({
    action: `bedrock-agentcore:${action}`,
    resource: new RegExp(`:${other}/\\*$`),
    reason: `in one statement for runtimes and harnesses; AgentCore knows no ${action} of a ${other}`,
  })),
];

/** Grants of the roles of state machines; those of schedules, chats and Bedrock need no reason. @param needs what a machine is known to need */
export function justifiedOfMachines(needs: readonly Request[]): readonly JustifiedGrant[] {
  return [
    ...needs.filter(({ action }) => action === 'lambda:InvokeFunction').map(({ action, resource }) => ({
      action,
      resource: exactly(`${resource}:*`),
      reason: 'versions of the same function, of which there are none: the CDK grants them along with it',
    })),
    ...LOG_DELIVERY.map(name => ({
      action: `logs:${name}`,
      resource: exactly('*'),
      reason: 'Step Functions sets up the log of its executions with the machine\'s role; AWS documents these actions for it, on every resource',
    })),
  ];
}

// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
const LOG_DELIVERY = [
  'CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies',
  'DescribeLogGroups',
];

function exactly(resource: string): RegExp {
  return new RegExp(`^${resource.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

/** Reasons without a grant that somebody else does not need anyhow. */
export function idleOf(justified: readonly JustifiedGrant[], unneeded: readonly Grant[]): readonly JustifiedGrant[] {
  return justified.filter(reason => !unneeded.some(grant => justifies(reason, grant)));
}

export function justifies(reason: JustifiedGrant, { action, resource }: Grant): boolean {
  return reason.action === action && reason.resource.test(resource);
}
