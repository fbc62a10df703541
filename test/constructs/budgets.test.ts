import { CfnParameter, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockBudgeteer, BudgetPrincipal, BudgetOptions, RefreshPeriod } from '../../src';
import { Handler } from '../../src/contract';
import { parsePeriod } from '../../src/lambdas/core/calendar';
import { principalFromId } from '../../src/lambdas/core/principal';
import { createdBefore, readable } from './support/intrinsics';
import { nameBundlesByPath, newStack, ofType, Resources, synthesize, synthesized, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

const DECLARATION = 'Custom::BedrockBudget';
const ENV = { account: '111122223333', region: 'eu-west-1' };

/** What the handler is told about each budget. */
function declarations(resources: Resources): Record<string, any>[] {
  return Object.values(ofType(resources, DECLARATION)).map(({ Properties }) => {
    const { ServiceToken, ServiceTimeout, ...properties } = Properties;
    return readable(properties);
  });
}

/** Logical ids by principal. */
function idsByPrincipal(budgets: BudgetOptions[]): Record<string, string> {
  const { resources } = synthesize({ budgets }, ENV);
  return Object.fromEntries(Object.entries(ofType(resources, DECLARATION)).map(([id, { Properties }]) => [Properties.principalId, id]));
}

test('a budget is declared with the principal, its limits, its labels and what happens when it is used up', () => {
  // when
  const { resources } = synthesize({
    refreshPeriod: RefreshPeriod.calendarWeek(),
    budgets: [{
      principal: BudgetPrincipal.roleName('writer'),
      limitUsd: 12.5,
      additionalLimits: [{ limitUsd: 1e-7, refreshPeriod: RefreshPeriod.calendarDay() }],
      labels: { team: 'docs' },
    }],
  }, ENV);

  // then
  expect(declarations(resources)).toEqual([{
    principalId: 'iam-role/111122223333/writer',
    limits: [{ period: 'calendar week', limitUsd: '12.5' }, { period: 'calendar day', limitUsd: '0.0000001' }],
    labels: { team: 'docs' },
    enforcement: 'enforced',
  }]);
});

test('a budget may have a period of its own, and only be observed', () => {
  const { resources } = synthesize({
    budgets: [{ principal: BudgetPrincipal.userName('indexer'), limitUsd: 3, refreshPeriod: RefreshPeriod.days(7), observeOnly: true }],
  }, ENV);
  expect(declarations(resources)).toEqual([{
    principalId: 'iam-user/111122223333/indexer', limits: [{ period: '7 days', limitUsd: '3' }], labels: {}, enforcement: 'observe',
  }]);
});

test('ids and periods are those that the handlers read', () => {
  const { resources } = synthesize({
    budgets: [BudgetPrincipal.userName('a+b=c,d.e@f-g_h'), BudgetPrincipal.roleName('writer')].map(principal => ({ principal, limitUsd: 1 })),
  }, ENV);
  for (const { principalId, limits } of declarations(resources)) {
    expect(principalFromId(principalId)).toMatchObject({ id: principalId, accountId: ENV.account });
    expect(() => parsePeriod(limits[0].period)).not.toThrow();
  }
});

test('in a stack without a known account the id carries the account of the deployment', () => {
  const { resources } = synthesize({ budgets: [{ principal: BudgetPrincipal.roleName('writer'), limitUsd: 1 }] });
  expect(declarations(resources)[0].principalId).toBe('iam-role/${AWS::AccountId}/writer');
});

describe('agents', () => {
  const agents = (...principals: BudgetPrincipal[]) => {
    const budgets = principals.map(principal => ({ principal, limitUsd: 1 }));
    return synthesize({ agentCore: true, budgets }, ENV).resources;
  };

  test('a runtime and the runtimes of a role have ids that the handlers read, of the account and region of the deployment', () => {
    const resources = agents(BudgetPrincipal.agentRuntimeId('support-Ab12Cd34Ef'), BudgetPrincipal.agentRuntimesOfRoleName('agents'));
    const ids = declarations(resources).map(({ principalId }) => principalId);
    expect(ids).toEqual(['agent-runtime/111122223333/eu-west-1/support-Ab12Cd34Ef', 'agent-role/111122223333/eu-west-1/agents']);
    for (const id of ids) {
      expect(principalFromId(id)).toMatchObject({ id, accountId: ENV.account, region: ENV.region });
    }
  });

  test('in a stack without a known account and region the ids carry those of the deployment', () => {
    const { resources } = synthesize({ agentCore: true, budgets: [{ principal: BudgetPrincipal.agentRuntimeId('support-Ab12Cd34Ef'), limitUsd: 1 }] });
    expect(declarations(resources)[0].principalId).toBe('agent-runtime/${AWS::AccountId}/${AWS::Region}/support-Ab12Cd34Ef');
  });

  test('the id of a runtime may be known at deployment only', () => {
    const stack = newStack(ENV);
    new BedrockBudgeteer(stack, 'Budgeteer', { agentCore: true })
      .addBudget({ principal: BudgetPrincipal.agentRuntimeId(new CfnParameter(stack, 'Runtime').valueAsString), limitUsd: 1 });
    expect(declarations(synthesized(stack).resources)[0].principalId).toBe('agent-runtime/111122223333/eu-west-1/${Runtime}');
  });

  test('have budgets beside that of their role, each once', () => {
    const role = [BudgetPrincipal.roleName('agents'), BudgetPrincipal.agentRuntimesOfRoleName('agents')];
    expect(Object.keys(ofType(agents(...role), DECLARATION))).toHaveLength(2);
    for (const principal of [BudgetPrincipal.agentRuntimeId('support-Ab12Cd34Ef'), BudgetPrincipal.agentRuntimesOfRoleName('agents')]) {
      expect(() => agents(principal, principal)).toThrow(/has a budget already/);
    }
  });

  test.each(['', 'a b', 'a/b', 'x'.repeat(101)])('"%s" is no id of a runtime', id => {
    expect(() => BudgetPrincipal.agentRuntimeId(id)).toThrow(/^BudgetPrincipal\.agentRuntimeId is ".*", allowed is .*: give the id of the runtime alone/);
  });

  test('need not be tracked kinds: runtimes are charged where AgentCore is on', () => {
    const budgeteer = new BedrockBudgeteer(newStack(ENV), 'Budgeteer', { agentCore: true, otherTrackedPrincipals: [] });
    for (const principal of [BudgetPrincipal.agentRuntimeId('support-Ab12Cd34Ef'), BudgetPrincipal.agentRuntimesOfRoleName('agents')]) {
      expect(() => budgeteer.addBudget({ principal, limitUsd: 1 })).not.toThrow();
    }
  });
});

describe('principals', () => {
  const declared = (make: (stack: Stack) => BudgetPrincipal) => {
    const stack = newStack(ENV);
    new BedrockBudgeteer(stack, 'Budgeteer').addBudget({ principal: make(stack), limitUsd: 1 });
    return declarations(synthesized(stack).resources)[0].principalId;
  };

  test('a role or user of the app is referred to', () => {
    const role = (stack: Stack) => BudgetPrincipal.role(new iam.Role(stack, 'Writer', { assumedBy: new iam.AnyPrincipal() }));
    const user = (stack: Stack) => BudgetPrincipal.user(new iam.User(stack, 'Indexer'));
    expect(declared(role)).toMatch(/^iam-role\/111122223333\/\$\{Writer\w+\}$/);
    expect(declared(user)).toMatch(/^iam-user\/111122223333\/\$\{Indexer\w+\}$/);
  });

  test('paths of imported roles and users are dropped', () => {
    expect(declared(stack => BudgetPrincipal.role(iam.Role.fromRoleArn(stack, 'R', 'arn:aws:iam::111122223333:role/team/writer')))).toBe('iam-role/111122223333/writer');
    expect(declared(stack => BudgetPrincipal.user(iam.User.fromUserArn(stack, 'U', 'arn:aws:iam::111122223333:user/team/indexer')))).toBe('iam-user/111122223333/indexer');
  });

  test.each([
    // the CDK looks at names of its own roles, and not at those of its users nor of other makers' roles
    ['role', (stack: Stack) => BudgetPrincipal.role(Object.create(iam.Role.fromRoleName(stack, 'R', 'writer'), { roleName: { value: 'team/writer' } }))],
    ['user', (stack: Stack) => BudgetPrincipal.user(new iam.User(stack, 'U', { userName: 'team/writer' }))],
  ])('a %s whose name has a path is refused', (kind, make) => {
    expect(() => declared(make)).toThrow(`BudgetPrincipal.${kind} is "team/writer", allowed is 1 to 64 letters, digits and the characters _+=,.@-: give the name alone`);
  });

  test('a path that was given with the name of an imported role or user is dropped', () => {
    expect(declared(stack => BudgetPrincipal.role(iam.Role.fromRoleName(stack, 'R', 'team/writer')))).toBe('iam-role/111122223333/writer');
    expect(declared(stack => BudgetPrincipal.user(iam.User.fromUserName(stack, 'U', 'team/indexer')))).toBe('iam-user/111122223333/indexer');
  });

  test('a name may be known at deployment only', () => {
    expect(declared(stack => BudgetPrincipal.roleName(new CfnParameter(stack, 'Name').valueAsString))).toBe('iam-role/111122223333/${Name}');
  });

  test('users need not be tracked to have a budget, since they always are; roles have to be', () => {
    // given
    const budgeteer = new BedrockBudgeteer(newStack(ENV), 'Budgeteer', { otherTrackedPrincipals: [] });

    // then
    expect(() => budgeteer.addBudget({ principal: BudgetPrincipal.userName('indexer'), limitUsd: 1 })).not.toThrow();
    expect(() => budgeteer.addBudget({ principal: BudgetPrincipal.roleName('writer'), limitUsd: 1 })).toThrow(/whose calls are charged to nobody/);
  });

  test('a role of another account is refused', () => {
    expect(() => declared(stack => BudgetPrincipal.role(iam.Role.fromRoleArn(stack, 'R', 'arn:aws:iam::444455556666:role/writer'))))
      .toThrow(/principal is iam-role "writer" of account 444455556666, allowed is a user or role of account 111122223333: deploy the construct to/);
  });

  test('a role that only AWS may modify can be observed', () => {
    const { resources } = synthesize({ budgets: [{ principal: BudgetPrincipal.roleName('AWSReservedSSO_Admin_0123456789abcdef'), limitUsd: 5, observeOnly: true }] });
    expect(declarations(resources)[0].enforcement).toBe('observe');
  });

  test.each([
    ['a role of the app and its name', (stack: Stack) => [
      BudgetPrincipal.role(new iam.Role(stack, 'Writer', { roleName: 'writer', assumedBy: new iam.AnyPrincipal() })), BudgetPrincipal.roleName('writer'),
    ]],
    ['a user of the app and its name', (stack: Stack) => [
      BudgetPrincipal.user(new iam.User(stack, 'Indexer', { userName: 'indexer' })), BudgetPrincipal.userName('indexer'),
    ]],
    ['one token twice', (stack: Stack) => {
      const name = new CfnParameter(stack, 'Name').valueAsString;
      return [BudgetPrincipal.roleName(name), BudgetPrincipal.roleName(name)];
    }],
    ['one role of the app twice', (stack: Stack) => {
      const role = new iam.Role(stack, 'Writer', { assumedBy: new iam.AnyPrincipal() });
      return [BudgetPrincipal.role(role), BudgetPrincipal.role(role)];
    }],
  ])('%s are the same principal', (_, make) => {
    const stack = newStack();
    const [first, second] = make(stack);
    const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', { budgets: [{ principal: first, limitUsd: 1 }] });
    expect(() => budgeteer.addBudget({ principal: second, limitUsd: 1 })).toThrow(/has a budget already/);
  });

  test('a user and a role of one name are two principals', () => {
    const { resources } = synthesize({ budgets: [BudgetPrincipal.userName('x'), BudgetPrincipal.roleName('x')].map(principal => ({ principal, limitUsd: 1 })) });
    expect(declarations(resources)).toHaveLength(2);
  });
});

test('reordering budgets changes no logical id, so none is withdrawn and declared anew', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(name => ({ principal: BudgetPrincipal.roleName(name), limitUsd: 1 }));
  const before = idsByPrincipal([a, b, c]);
  expect(Object.keys(before)).toHaveLength(3);
  expect(idsByPrincipal([c, a, b])).toEqual(before);
});

test('`budgets` and `addBudget` are the same', () => {
  const budget: BudgetOptions = { principal: BudgetPrincipal.roleName('writer'), limitUsd: 1 };
  const stack = newStack();
  new BedrockBudgeteer(stack, 'Budgeteer').addBudget(budget);
  expect(synthesized(stack).resources).toEqual(synthesize({ budgets: [budget] }).resources);
});

test('all budgets have one handler, which keeps its rights until they are withdrawn', () => {
  const { resources } = synthesize({ budgets: ['a', 'b'].map(name => ({ principal: BudgetPrincipal.roleName(name), limitUsd: 1 })) });
  const [handler] = theOne(resources, 'AWS::Lambda::Function', 'BudgetsHandler');
  for (const [id, { Properties }] of Object.entries(ofType(resources, DECLARATION))) {
    expect(Properties.ServiceToken).toEqual({ 'Fn::GetAtt': [handler, 'Arn'] });
    expect(createdBefore(resources, id)).toContain(theOne(resources, 'AWS::IAM::Policy', 'BudgetsHandler')[0]);
  }
});

test('without budgets there is no handler for them', () => {
  const functions = Object.values(ofType(synthesize().resources, 'AWS::Lambda::Function'));
  expect(functions.filter(({ Properties }) => Properties.Code.S3Key.includes(Handler.BUDGET_DECLARATION))).toEqual([]);
});
