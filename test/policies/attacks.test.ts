import { BedrockBudgeteer } from '../../src';
import { Env, Handler } from '../../src/contract';
import { everyOption, SWITCHED_ON } from '../everything';
import { functionsOf, handlerOf } from '../synthesized/deployed-handler';
import { ACCOUNT, PARTITION, REGION, SynthesizedStack } from '../synthesized/synthesized-stack';
import { twoBudgeteers } from '../synthesized/two-budgeteers';
import { Attack, attacksOn, Targets } from './attacks';
import { policyOfResource } from './needs';
import { matches } from './proves-grants';
import { listed, Request, Role, rolesOf, verdictOn } from './simulation';

/** Every attack by every role of an instance, functions' and services', with another instance in the same account. */
describe.each([
  ['by default', twoBudgeteers()],
  ['with everything', twoBudgeteers(SWITCHED_ON, everyOption)],
] as const)('%s', (_, { stack, budgeteer, neighbour }) => {
  const roles = rolesOf(stack).filter(({ logicalId }) => logicalId.startsWith('Budgeteer'));
  const names = new Map(roles.map(role => [role.logicalId, nameOf(stack, role)]));
  const known = new Set<string>();
  const attacks = attacksOn(targetsOf(stack, budgeteer, 'Budgeteer'), targetsOf(stack, neighbour, 'Neighbour'));

  test('every role has a name by which it can be an exception', () => {
    expect([...names.values()].filter(name => name === undefined)).toEqual([]);
    expect(new Set(names.values()).size).toBeGreaterThan(14);
  });

  test.each(attacks.map(attack => [attack.name, attack] as const))('nobody can %s, but who has to', async (__, { requests, allowed = {} }) => {
    expect(requests.length).toBeGreaterThan(0);
    const successes = new Set((await Promise.all(requests.map(succeedingIn))).flat());
    const there = new Set(names.values());

    expect([...successes].sort()).toEqual(Object.keys(allowed).filter(name => there.has(name)).sort());
  });

  test('every exception has a reason, and every attack a name of its own', () => {
    const reasons = attacks.flatMap(({ allowed = {} }: Attack) => Object.values(allowed));
    expect(reasons.filter(reason => reason.length < 5)).toEqual([]);
    expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
  });

  /** The names of the roles that are allowed what is asked for. */
  async function succeedingIn(request: Request): Promise<readonly string[]> {
    const resourcePolicy = policyOfResource(stack, request.resource);
    // A request that is wrong in itself is found by somebody without policies; simulating the others is for those alone who have a word of the action.
    if (!known.has(request.action)) {
      await verdictOn({ arn: roles[0].arn, policies: [] }, request);
      known.add(request.action);
    }
    const possible = roles.filter(role => resourcePolicy !== undefined || mentions(role, request.action));
    const verdicts = await Promise.all(possible.map(async role => ({ role, verdict: await verdictOn(role, request, resourcePolicy) })));
    return verdicts.filter(({ verdict }) => verdict === 'Allowed').map(({ role }) => names.get(role.logicalId)!);
  }
});

/** Whether any statement of the role can allow an action, whatever its resources and conditions. */
function mentions({ policies }: Role, action: string): boolean {
  return policies.flatMap(({ policy }) => policy.Statement)
    .some(({ Effect: effect, Action: actions, NotAction: others }) => effect === 'Allow' && (others !== undefined || listed(actions).some(pattern => matches(pattern, action))));
}

/** The handler of a function's role, or what a service does with the role. */
function nameOf(stack: SynthesizedStack, role: Role): string | undefined {
  const fn = functionsOf({ stack }).find(({ properties }) => properties.Role === role.arn);
  if (fn) {
    return handlerOf(fn);
  }
  const service = role.trust.Statement.flatMap(({ Principal: principal }) => listed((principal as { readonly Service: string }).Service))[0].split('.')[0];
  const [machine] = stack.resources('AWS::StepFunctions::StateMachine').filter(({ properties }) => properties.RoleArn === role.arn);
  return {
    states: ['Suspension', 'Restoration', 'Reports'].find(part => machine?.logicalId.includes(part))?.toLowerCase(),
    scheduler: 'schedules',
    events: 'webhooks',
    bedrock: 'bedrock',
    chatbot: 'chats',
  }[service];
}

function targetsOf(stack: SynthesizedStack, instance: BedrockBudgeteer, id: string): Targets {
  const own = (type: string, attribute: string) => stack.resources(type).filter(({ logicalId }) => logicalId.startsWith(id))
    .map(resource => stack.attribute(resource, attribute));
  const arnOf = (construct: Parameters<typeof stack.resourceOf>[0]) => stack.attribute(stack.resourceOf(construct), 'Arn');
  const parameter = (name: string) => `arn:${PARTITION}:ssm:${REGION}:${ACCOUNT}:parameter${name}`;
  const [logging] = functionsOf({ stack }).filter(fn => handlerOf(fn) === Handler.INVOCATION_LOGGING);
  const [table] = stack.resources('AWS::DynamoDB::Table').filter(({ logicalId }) => logicalId.startsWith(id));
  return {
    denyPolicy: stack.valueOf(instance.denyPolicy.managedPolicyArn),
    ...(instance.mantleDenyPolicy ? { mantlePolicy: stack.valueOf(instance.mantleDenyPolicy.managedPolicyArn) } : {}),
    roles: own('AWS::IAM::Role', 'Arn'),
    functions: own('AWS::Lambda::Function', 'Arn'),
    stateMachines: own('AWS::StepFunctions::StateMachine', 'Arn'),
    tables: own('AWS::DynamoDB::Table', 'Arn'),
    budgetsTable: arnOf(instance.budgetsTable),
    ledgerTable: arnOf(instance.ledgerTable),
    auditTable: arnOf(instance.auditTable),
    queues: own('AWS::SQS::Queue', 'Arn'),
    topics: own('AWS::SNS::Topic', 'TopicArn'),
    bus: arnOf(instance.eventBus),
    key: table.properties.SSESpecification.KMSMasterKeyId,
    logGroups: own('AWS::Logs::LogGroup', 'Arn'),
    invocationLogGroup: own('AWS::Logs::LogGroup', 'Arn').find(arn => arn.includes('InvocationLogs')) ?? '',
    settingsPath: parameter(instance.settingsPath),
    // The neighbour reads the log of the first, and has no configuration to remember.
    previousLogging: id === 'Budgeteer' ? parameter(logging.properties.Environment.Variables[Env.PREVIOUS_LOGGING_PARAMETER]) : parameter(`/bedrock-budgeteer/${instance.deploymentId}/previous-logging-configuration`),
    secrets: stack.resources('AWS::SecretsManager::Secret').map(secret => stack.attribute(secret, 'Ref')),
    ...(instance.reportsBucket ? { reports: arnOf(instance.reportsBucket) } : {}),
  };
}
