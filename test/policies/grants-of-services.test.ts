import { everyOption, SWITCHED_ON } from '../everything';
import { functionsOf } from '../synthesized/deployed-handler';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { SynthesizedResource, SynthesizedStack } from '../synthesized/synthesized-stack';
import { idleOf, justifiedOfMachines } from './justified-grants';
import { KEY_USE, keyOf, policyOfResource, TRACING } from './needs';
import { surplusOf, unneededOf } from './proves-grants';
import { listed, Request, Role, rolesOf, verdictOn } from './simulation';

/** Roles that no function has: of state machines, schedules, rules, chats and Bedrock. What each needs is what the template itself has it do. */
const NEEDS: Readonly<Record<string, (role: Role, stack: SynthesizedStack) => readonly Request[]>> = {
  states: (role, stack) => machinesOf(role, stack).flatMap(({ properties }) => [
    ...functionsAskedBy(JSON.parse(properties.DefinitionString)).map(resource => ({ action: 'lambda:InvokeFunction', resource })), ...TRACING.states(properties),
  ]),

  scheduler: (role, stack) => stack.resources('AWS::Scheduler::Schedule').map(({ properties }) => properties.Target).filter(({ RoleArn: arn }) => arn === role.arn)
    .flatMap(({ Arn: target, DeadLetterConfig: failures }) => [
      { action: target.includes(':stateMachine:') ? 'states:StartExecution' : 'lambda:InvokeFunction', resource: target },
      { action: 'sqs:SendMessage', resource: failures.Arn },
      ...KEY_USE.sqs().map(use => ({ ...use, resource: keyOf(stack) })),
    ]),

  events: (role, stack) => stack.resources('AWS::Events::Rule').flatMap(({ properties }) => properties.Targets).filter(({ RoleArn: arn }) => arn === role.arn)
    .map(({ Arn: target }) => ({ action: 'events:InvokeApiDestination', resource: target })),

  bedrock: (role, stack) => stack.resources('Custom::BedrockInvocationLogging').filter(({ properties }) => properties.roleArn === role.arn)
    .map(({ properties }) => stack.resources('AWS::Logs::LogGroup').find(group => stack.attribute(group, 'Ref') === properties.logGroupName)!)
    .flatMap(group => ['logs:CreateLogStream', 'logs:PutLogEvents'].map(action => (
      { action, resource: `${stack.attribute(group, 'Arn').replace(/\*$/, 'log-stream:')}aws/bedrock/modelinvocations` }
    ))),

  // a chat is for reading
  chatbot: () => [],
};

describe.each([
  ['without props', {}, 3],
  ['with everything switched on', SWITCHED_ON, 6],
  ['with every option', everyOption, 9],
] as const)('%s', (_, props, count) => {
  const { stack } = synthesizedBudgeteer(props);
  const ofFunctions = new Set(functionsOf({ stack }).map(({ properties }) => properties.Role));
  const roles = rolesOf(stack).filter(({ arn }) => !ofFunctions.has(arn));

  test('every role that is no function\'s belongs to a service that is known here', () => {
    expect(roles.map(serviceOf).filter(service => !(service in NEEDS))).toEqual([]);
    expect(roles).toHaveLength(count);
  });

  test.each(roles.map(role => [role.logicalId, role] as const))('%s may do what the template has it do, and nothing else', async (__, role) => {
    const needs = NEEDS[serviceOf(role)](role, stack);
    const refused: Request[] = [];
    for (const need of needs) {
      refused.push(...(await verdictOn(role, need, policyOfResource(stack, need.resource)) === 'Allowed' ? [] : [need]));
    }

    expect(refused).toEqual([]);
    expect(needs.length > 0).toBe(serviceOf(role) !== 'chatbot');
    expect(surplusOf(role, needs, serviceOf(role) === 'states' ? justifiedOfMachines(needs) : [])).toEqual([]);
  });

  test('no reason is left without a grant that nobody needs', () => {
    const machines = roles.filter(role => serviceOf(role) === 'states').map(role => ({ role, needs: NEEDS.states(role, stack) }));
    const idle = machines.map(({ role, needs }) => idleOf(justifiedOfMachines(needs), unneededOf(role, needs)));
    expect(idle).toEqual(machines.map(() => []));
    expect(machines).not.toEqual([]);
  });
});

test('a version of a function is justified for whoever may invoke that function alone', () => {
  const arn = (name: string) => `arn:aws:lambda:eu-central-1:111122223333:function:${name}`;
  const needs = [{ action: 'lambda:InvokeFunction', resource: arn('Enforcer') }];
  const granted = { Effect: 'Allow' as const, Action: 'lambda:InvokeFunction', Resource: ['Enforcer', 'Enforcer:*', 'payroll:*', 'MyEnforcer:*'].map(arn) };
  expect(surplusOf({ policies: [{ name: 'p', policy: { Version: '2012-10-17', Statement: [granted] } }] }, needs, justifiedOfMachines(needs)))
    .toEqual(['payroll:*', 'MyEnforcer:*'].map(name => `lambda:InvokeFunction on ${arn(name)}`));
});

function serviceOf({ trust }: Role): string {
  const services = trust.Statement.flatMap(({ Principal: principal }) => listed((principal as { readonly Service: string }).Service));
  return services.map(service => service.split('.')[0]).join();
}

function machinesOf(role: Role, stack: SynthesizedStack): readonly SynthesizedResource[] {
  return stack.resources('AWS::StepFunctions::StateMachine').filter(({ properties }) => properties.RoleArn === role.arn);
}

/** ARNs of the functions that a definition invokes, wherever in it that is. */
function functionsAskedBy(definition: unknown): readonly string[] {
  if (typeof definition !== 'object' || definition === null) {
    return [];
  }
  const { FunctionName: name } = definition as { readonly FunctionName?: unknown };
  return [...new Set([...(typeof name === 'string' ? [name] : []), ...Object.values(definition).flatMap(functionsAskedBy)])];
}
