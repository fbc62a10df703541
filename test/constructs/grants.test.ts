import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockBudgeteer, BedrockBudgeteerProps } from '../../src';
import { KEY_USE } from '../policies/needs';
import { actionsOf, statementsByRole } from './support/policies';
import { nameBundlesByPath, newStack, synthesized, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

/** What a role may do after a grant, and on what. */
function granted(grant: (budgeteer: BedrockBudgeteer, role: iam.Role) => iam.Grant, props?: BedrockBudgeteerProps) {
  const stack = newStack();
  const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', props);
  const role = new iam.Role(stack, 'Grantee', { assumedBy: new iam.AccountRootPrincipal() });
  const result = grant(budgeteer, role);
  const { resources } = synthesized(stack);
  const [id] = theOne(resources, 'AWS::IAM::Role', 'Grantee');
  const statements = statementsByRole(resources).get(id)!;
  return { success: result.success, statements, actions: actionsOf(statements), resources, budgeteer };
}

test('reading budgets is reading that table and its index, with the key', () => {
  const { success, actions, statements, resources } = granted((budgeteer, role) => budgeteer.grantReadBudgets(role));
  expect(success).toBe(true);
  expect(actions).toEqual(expect.arrayContaining(['dynamodb:GetItem', 'dynamodb:Query', 'kms:Decrypt']));
  expect(actions.filter(action => /Put|Update|Delete|Write/.test(action))).toEqual([]);
  expect(JSON.stringify(statements)).toContain(theOne(resources, 'AWS::DynamoDB::Table', 'Budgets')[0]);
  expect(JSON.stringify(statements)).not.toContain(theOne(resources, 'AWS::DynamoDB::Table', 'Ledger')[0]);
});

test('reading the ledger is reading that table', () => {
  const { actions, statements, resources } = granted((budgeteer, role) => budgeteer.grantReadLedger(role));
  expect(actions.filter(action => /Put|Update|Delete|Write/.test(action))).toEqual([]);
  expect(JSON.stringify(statements)).toContain(theOne(resources, 'AWS::DynamoDB::Table', 'Ledger')[0]);
  expect(JSON.stringify(statements)).not.toContain(theOne(resources, 'AWS::DynamoDB::Table', 'Budgets')[0]);
});

test.each([
  ['grantReadBudgets', ['kms:Decrypt', 'kms:DescribeKey']],
  ['grantReadLedger', ['kms:Decrypt', 'kms:DescribeKey']],
  ['grantManageBudgets', KEY_USE.dynamodb().map(({ action }) => action)],
] as const)('%s gives use of the key through DynamoDB alone', (method, expected) => {
  const { statements } = granted((budgeteer, role) => budgeteer[method](role));
  const ofKey = statements.filter(statement => actionsOf([statement]).some(action => action.startsWith('kms:')));
  expect(actionsOf(ofKey)).toEqual(expected);
  for (const statement of ofKey) {
    expect(statement.Condition).toEqual({ StringLike: { 'kms:ViaService': 'dynamodb.${AWS::Region}.amazonaws.com*' } });
  }
});

test('managing budgets is changing budgets and the settings of this instance, not deleting either', () => {
  const { success, actions, statements, budgeteer } = granted((construct, role) => construct.grantManageBudgets(role));
  expect(success).toBe(true);
  expect(actions).toEqual(expect.arrayContaining(['dynamodb:GetItem', 'dynamodb:UpdateItem', 'kms:Encrypt', 'ssm:GetParametersByPath', 'ssm:PutParameter']));
  expect(actions.filter(action => /Delete|PutItem|^iam/.test(action))).toEqual([]);
  for (const statement of statements.filter(({ Action }) => [Action].flat().some(action => action.startsWith('ssm:')))) {
    expect([statement.Resource].flat().every(arn => arn.includes(`:parameter${budgeteer.settingsPath}`))).toBe(true);
  }
});

test('administering budgets is calling the URL, and nothing beside it', () => {
  const { success, actions, statements, resources } = granted((budgeteer, role) => budgeteer.grantAdministration(role), { administration: true });
  const [manager] = theOne(resources, 'AWS::Lambda::Function', 'BudgetManager');
  expect(success).toBe(true);
  expect(actions).toEqual(['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']);
  expect(statements.map(({ Effect, Resource, Condition }) => ({ Effect, Resource, Condition }))).toEqual([
    { Effect: 'Allow', Resource: `\${${manager}.Arn}`, Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } } },
    { Effect: 'Allow', Resource: `\${${manager}.Arn}`, Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
  ]);
});

test('reading budgets includes the index of AgentCore runtimes, and managing them gives no other way to change one', () => {
  const { statements, actions } = granted((budgeteer, role) => budgeteer.grantManageBudgets(role), { agentCore: true, administration: true });
  expect(statements.flatMap(({ Resource }) => Resource).filter(resource => /Budgets\w+\.Arn\}\/index\/\*$/.test(resource)).length).toBeGreaterThan(0);
  expect(actions.filter(action => action.startsWith('lambda:'))).toEqual([]);
});
