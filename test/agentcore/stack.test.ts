import { Duration } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockBudgeteer, BedrockBudgeteerProps, BudgetPrincipal, RefreshPeriod, SuspensionStrategy } from '../../src';
import { AGENT_SETTINGS, Env, Handler, RUNTIMES_INDEX } from '../../src/contract';
import { nameBundlesByPath, newStack, ofType, Resources, synthesize, Synthesized, synthesized } from '../constructs/support/synthesize';

beforeEach(nameBundlesByPath);

/** Everything that the toggle adds: types and how many of each. */
const ADDED_BY_AGENT_CORE = {
  // the registrar, its role with its policy, its log, and what it gives up on
  'AWS::Lambda::Function': 1,
  'AWS::Lambda::EventInvokeConfig': 1,
  'AWS::IAM::Role': 1,
  'AWS::IAM::Policy': 1,
  'AWS::Logs::LogGroup': 1,
  'AWS::SQS::Queue': 1,
  'AWS::SQS::QueuePolicy': 1,
  // the hourly look and the events of CloudTrail
  'AWS::Events::Rule': 2,
  'AWS::Lambda::Permission': 2,
  // what holds for agents
  'AWS::SSM::Parameter': 5,
  // on the queue; what is lost on the way has the alarms of all functions
  'AWS::CloudWatch::Alarm': 2,
} as const;

describe('the toggle off', () => {
  test('leaves not one AgentCore resource in the template', () => {
    for (const props of [undefined, {}, { agentCore: false }]) {
      const { resources, template } = synthesize(props);
      // Agentic retrieval is denied whether or not there are agents.
      const traces = Object.entries(resources).filter(([id, resource]) => /agent(?!ic)|active ?role|runtimes|harness/i.test(`${id} ${JSON.stringify(resource)}`));
      expect(traces).toEqual([]);
      expect(JSON.stringify(template.toJSON())).not.toContain('bedrock-agentcore');
    }
  });

  test('gives the construct no registrar and no compute meter', () => {
    const { budgeteer } = synthesize();
    expect([budgeteer.agentRegistrar, budgeteer.agentComputeMeter]).toEqual([undefined, undefined]);
  });

  test('has nobody ask which runtimes there are', () => {
    expect(variablesOf(synthesize().resources).filter(variables => Env.AGENT_CORE in variables)).toEqual([]);
  });

  test('refuses what would be left out silently', () => {
    expect(() => synthesize({ agentBudgets: {} })).toThrow(/agentBudgets is given while agentCore is off, allowed is only together with agentCore: switch agentCore on/);
    expect(() => synthesize({ budgets: [{ principal: BudgetPrincipal.agentRuntimeId('support-Ab12'), limitUsd: 5 }] }))
      .toThrow(/agent-runtime "support-Ab12" while agentCore is off/);
  });
});

describe('the toggle on', () => {
  test('adds exactly what it takes', () => {
    expect(difference(counts(synthesize().resources), counts(withAgentCore().resources))).toEqual(ADDED_BY_AGENT_CORE);
  });

  test('adds a second function, with its own schedule, for compute', () => {
    const one = counts(withAgentCore().resources);
    const two = counts(synthesize({ agentCore: true, agentBudgets: { computeCosts: true } }).resources);
    expect(difference(one, two)).toMatchObject({ 'AWS::Lambda::Function': 1, 'AWS::Events::Rule': 1, 'AWS::IAM::Role': 1, 'AWS::SQS::Queue': 1 });
  });

  test('removes and replaces nothing', () => {
    const before = synthesize().resources;
    const after = withAgentCore().resources;
    expect(Object.keys(before).filter(id => !(id in after))).toEqual([]);
    // A new index is added to a table in place; a new key schema would replace it.
    for (const [id, { Properties: properties }] of Object.entries(ofType(before, 'AWS::DynamoDB::Table'))) {
      expect(after[id].Properties.KeySchema).toEqual(properties.KeySchema);
    }
  });

  test('indexes runtimes by their role, with keys alone', () => {
    withAgentCore().template.hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: Match.arrayWith([{
        IndexName: RUNTIMES_INDEX,
        KeySchema: [{ AttributeName: 'activeRole', KeyType: 'HASH' }, { AttributeName: 'principalId', KeyType: 'RANGE' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      }]),
    });
  });

  test('hears of runtimes, endpoints and harnesses from the control plane alone', () => {
    withAgentCore().template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'source': [{ prefix: 'aws.' }],
        'detail-type': ['AWS API Call via CloudTrail'],
        'detail': {
          eventSource: ['bedrock-agentcore.amazonaws.com'],
          eventName: [
            'CreateAgentRuntime', 'UpdateAgentRuntime', 'DeleteAgentRuntime',
            'CreateAgentRuntimeEndpoint', 'UpdateAgentRuntimeEndpoint', 'DeleteAgentRuntimeEndpoint',
            'CreateHarness', 'UpdateHarness', 'DeleteHarness',
            'CreateHarnessEndpoint', 'UpdateHarnessEndpoint', 'DeleteHarnessEndpoint',
          ],
        },
      },
    });
  });

  test('tells whoever charges, restricts and monitors', () => {
    const told = Object.values(ofType(withAgentCore().resources, 'AWS::Lambda::Function'))
      .filter(({ Properties }) => Properties.Environment.Variables[Env.AGENT_CORE] === 'on')
      .map(({ Properties }) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME);
    expect(told.sort()).toEqual([Handler.BUDGET_MONITOR, Handler.ENFORCER, Handler.USAGE_METER]);
  });
});

describe('what holds for agents', () => {
  test('is as for the rest where nothing else is said', () => {
    expect(agentParameters({
      agentCore: true, warningThresholdPercent: 60, gracePeriod: Duration.minutes(1), refreshPeriod: RefreshPeriod.calendarWeek(),
    })).toEqual({
      'agent-warning-threshold-percent': '60',
      'agent-critical-threshold-percent': '90',
      'agent-grace-period-seconds': '60',
      'agent-refresh-period': 'calendar week',
      'default-agent-budget-usd': '25',
    });
  });

  test('can be other than for the rest', () => {
    expect(agentParameters({
      agentCore: true,
      agentBudgets: {
        defaultBudgetUsd: 7.5,
        warningThresholdPercent: 50,
        criticalThresholdPercent: 75,
        gracePeriod: Duration.seconds(0),
        refreshPeriod: RefreshPeriod.calendarDay(),
      },
    })).toEqual({
      'agent-warning-threshold-percent': '50',
      'agent-critical-threshold-percent': '75',
      'agent-grace-period-seconds': '0',
      'agent-refresh-period': 'calendar day',
      'default-agent-budget-usd': '7.5',
    });
  });

  test.each<[string, BedrockBudgeteerProps['agentBudgets'], RegExp]>([
    ['a budget of nothing', { defaultBudgetUsd: 0 }, /agentBudgets\.defaultBudgetUsd is 0, allowed is above 0/],
    ['a warning at the limit', { warningThresholdPercent: 100 }, /agentBudgets\.warningThresholdPercent is 100, allowed is above 0 and below 100/],
    ['a warning after the last one', { warningThresholdPercent: 95 }, /agentBudgets\.warningThresholdPercent is 95, allowed is below agentBudgets\.criticalThresholdPercent, which is 90/],
    ['grace for ever', { gracePeriod: Duration.days(31) }, /agentBudgets\.gracePeriod is 31 days, allowed is whole seconds from 0 to 30 days/],
  ])('is refused where it is %s', (_, agentBudgets, message) => {
    expect(() => synthesize({ agentCore: true, agentBudgets })).toThrow(message);
  });

  test('can be declared for one runtime, and for those of a role', () => {
    const { template } = synthesize({
      agentCore: true,
      budgets: [
        { principal: BudgetPrincipal.agentRuntimeId('support-Ab12'), limitUsd: 5 },
        { principal: BudgetPrincipal.agentRuntimesOfRoleName('agents'), limitUsd: 9 },
      ],
    }, { account: '444455556666', region: 'eu-central-1' });
    for (const principalId of ['agent-runtime/444455556666/eu-central-1/support-Ab12', 'agent-role/444455556666/eu-central-1/agents']) {
      template.hasResourceProperties('Custom::BedrockBudget', { principalId });
    }
    expect(() => BudgetPrincipal.agentRuntimeId('arn:aws:bedrock-agentcore:eu-central-1:444455556666:runtime/a'))
      .toThrow(/BudgetPrincipal\.agentRuntimeId is "arn:aws.*: give the id of the runtime alone/);
  });
});

describe('values without a type, as context has them', () => {
  const untyped = (props: Record<string, unknown>) => () => synthesize(props as BedrockBudgeteerProps);

  test.each([
    [{ agentCore: 'false' }, /agentCore is "false", allowed is true or false: give a boolean/],
    [{ administration: 'false' }, /administration is "false", allowed is true or false/],
    [{ agentCore: true, agentBudgets: { computeCosts: 'no' } }, /agentBudgets\.computeCosts is "no", allowed is true or false/],
    [{ suspensionStrategy: 'DETACH' }, /suspensionStrategy is "DETACH", allowed is "deny" or "detach"/],
  ])('%j is refused, not taken for the opposite', (props, message) => {
    expect(untyped(props)).toThrow(message);
  });

  test('a runtime that is given by its name is warned of', () => {
    const { stack } = synthesize({
      agentCore: true,
      budgets: [
        { principal: BudgetPrincipal.agentRuntimeId('support_agent'), limitUsd: 5 },
        { principal: BudgetPrincipal.agentRuntimeId('sales_agent-Ab12Cd34Ef'), limitUsd: 5 },
      ],
    });
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('does not look like an id'));
    expect(warnings.map(({ entry }) => entry.data)).toEqual([expect.stringContaining('agent-runtime "support_agent"')]);
  });
});

describe('the strategy', () => {
  const WIDE = /^iam:(Put|Delete)(User|Role)Policy$/;

  test('DENY gives nobody rights over policies, and has no place to keep them', () => {
    const { template, budgeteer } = synthesize({ suspensionStrategy: SuspensionStrategy.DENY });
    expect(actions(template).filter(action => WIDE.test(action))).toEqual([]);
    expect([budgeteer.policyDetacher, budgeteer.policyBackupsTable]).toEqual([undefined, undefined]);
    expect(() => synthesize({ policyBackupHistory: Duration.days(1) })).toThrow(/policyBackupHistory is given while suspensionStrategy DETACH is off/);
  });

  test('DETACH gives them to one function, which has no right over the roles of the system, its own among them, and the deny policy', () => {
    const { resources, budgeteer, stack } = withDetach();
    const wide = Object.values(ofType(resources, 'AWS::IAM::Policy')).filter(policy => actionsIn(policy).some(action => WIDE.test(action)));
    expect(wide).toHaveLength(1);
    const role = stack.resolve(budgeteer.policyDetacher!.role!.roleArn)['Fn::GetAtt'][0];
    expect(wide[0].Properties.Roles).toEqual([{ Ref: role }]);
    const denied = wide[0].Properties.PolicyDocument.Statement.filter(({ Effect }: { readonly Effect: string }) => Effect === 'Deny');
    expect(denied).toEqual([
      expect.objectContaining({ Sid: 'NeverTheRolesOfTheSystem', Resource: expect.arrayContaining([{ 'Fn::GetAtt': [role, 'Arn'] }]) }),
      expect.objectContaining({ Sid: 'NeverTheDenyPolicy', Condition: { ArnEquals: { 'iam:PolicyARN': stack.resolve(budgeteer.denyPolicy.managedPolicyArn) } } }),
    ]);
  });

  test('keeps backups encrypted, recoverable and for as long as asked', () => {
    const { template, stack, budgeteer } = withDetach();
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'target', KeyType: 'HASH' }, { AttributeName: 'state', KeyType: 'RANGE' }],
      SSESpecification: { KMSMasterKeyId: stack.resolve(budgeteer.encryptionKey.keyArn), SSEEnabled: true, SSEType: 'KMS' },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      DeletionProtectionEnabled: true,
    });
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: Match.objectLike({ [Env.BACKUP_HISTORY_DAYS]: '7' }) } });
  });

  test.each([Duration.days(0), Duration.hours(36), Duration.days(3651)])('refuses a history of %p', policyBackupHistory => {
    expect(() => synthesize({ suspensionStrategy: SuspensionStrategy.DETACH, policyBackupHistory })).toThrow(/policyBackupHistory is .*, allowed is whole days from 1 to 3650/);
  });
});

describe('administration', () => {
  test('is behind no URL where it is off, and cannot be granted', () => {
    const { resources, budgeteer } = synthesize();
    expect(ofType(resources, 'AWS::Lambda::Url')).toEqual({});
    expect([budgeteer.budgetManager, budgeteer.administrationUrl]).toEqual([undefined, undefined]);
    const stack = newStack();
    const off = new BedrockBudgeteer(stack, 'Budgeteer');
    expect(() => off.grantAdministration(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() })))
      .toThrow(/administration is false, allowed is true where administration is granted: switch administration on/);
  });

  test('takes signed requests alone, of whoever it is granted to, by the URL alone', () => {
    // given
    const stack = newStack();
    const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', { administration: true });
    const role = new iam.Role(stack, 'FinOps', { assumedBy: new iam.AccountRootPrincipal() });

    // when
    budgeteer.grantAdministration(role);

    // then
    const { template } = synthesized(stack);
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM', Cors: Match.absent() });
    const fn = stack.resolve(budgeteer.budgetManager!.functionArn);
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [stack.resolve(role.roleName)],
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: 'lambda:InvokeFunctionUrl', Resource: fn, Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } } },
          { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: fn, Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
        ],
      },
    });
    // Nobody else, and above all not everybody.
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission')).filter(({ Properties }) => Properties.Action.includes('FunctionUrl'));
    expect(permissions).toEqual([]);
  });
});

let agentCoreStack: Synthesized | undefined;
function withAgentCore(): Synthesized {
  agentCoreStack ??= synthesize({ agentCore: true });
  return agentCoreStack;
}

let detachStack: Synthesized | undefined;
function withDetach(): Synthesized {
  detachStack ??= synthesize({ suspensionStrategy: SuspensionStrategy.DETACH, policyBackupHistory: Duration.days(7) });
  return detachStack;
}

function counts(resources: Resources): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { Type } of Object.values(resources)) {
    found[Type] = (found[Type] ?? 0) + 1;
  }
  return found;
}

function difference(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const types = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(types.map(type => [type, (after[type] ?? 0) - (before[type] ?? 0)] as const).filter(([, count]) => count !== 0));
}

function variablesOf(resources: Resources): readonly Record<string, unknown>[] {
  return Object.values(ofType(resources, 'AWS::Lambda::Function')).map(({ Properties }) => Properties.Environment.Variables);
}

function agentParameters(props: BedrockBudgeteerProps): Readonly<Record<string, string>> {
  const { resources, budgeteer } = synthesize(props);
  const parameters = Object.values(ofType(resources, 'AWS::SSM::Parameter')).map(({ Properties }) => [
    String(Properties.Name).slice(budgeteer.settingsPath.length + 1), Properties.Value,
  ] as const);
  return Object.fromEntries(parameters.filter(([name]) => (AGENT_SETTINGS as readonly string[]).includes(name)));
}

function actions(template: Template): string[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(actionsIn);
}

function actionsIn({ Properties: properties }: { readonly [key: string]: any }): string[] {
  return properties.PolicyDocument.Statement.filter(({ Effect }: { readonly Effect: string }) => Effect === 'Allow').flatMap(({ Action }: { readonly Action: string | string[] }) => Action);
}
