import { MantleUse, SuspensionStrategy } from '../../src';
import { Handler } from '../../src/contract';
import { createdBefore } from './support/intrinsics';
import { nameBundlesByPath, ofType, Resources, synthesize, theOne } from './support/synthesize';

beforeEach(nameBundlesByPath);

const denying = () => synthesize({ mantleUse: MantleUse.DENY });
const guardOf = (resources: Resources) => theOne(resources, 'AWS::Lambda::Function', 'MantleGuard');
const releaseOf = (resources: Resources) => theOne(resources, 'Custom::BedrockBudgeteerMantleRelease')[0];

describe('with MantleUse.DENY', () => {
  test('there is a policy that denies the endpoint, and nothing but that', () => {
    const { resources, stack, budgeteer } = denying();
    const [id, { Properties: policy }] = theOne(resources, 'AWS::IAM::ManagedPolicy', 'MantleDenyPolicy');
    expect(policy.PolicyDocument.Statement).toEqual([{
      Sid: 'DenyMantle', Effect: 'Deny', Resource: '*', Action: ['bedrock-mantle:CallWithBearerToken', 'bedrock-mantle:CreateFineTuningJob', 'bedrock-mantle:CreateInference'],
    }]);
    expect(stack.resolve(budgeteer.mantleDenyPolicy!.managedPolicyArn)).toEqual({ Ref: id });
  });

  test('it has no name of its own and is attached to nobody by the template; other deployments know by its description to leave it', () => {
    const [, { Properties: policy }] = theOne(denying().resources, 'AWS::IAM::ManagedPolicy', 'MantleDenyPolicy');
    expect(Object.keys(policy).filter(key => key !== 'Tags').sort()).toEqual(['Description', 'Path', 'PolicyDocument']);
    // A change of it would have CloudFormation replace a policy that is attached.
    expect([policy.Path, policy.Description]).toEqual(['/', 'Denies the endpoint bedrock-mantle. Attached and detached by BedrockBudgeteer; not for use by hand.']);
  });

  test('the guard is exposed', () => {
    const { resources, stack, budgeteer } = denying();
    const [id, { Properties: guard }] = guardOf(resources);
    expect(stack.resolve(budgeteer.mantleGuard!.functionArn)['Fn::GetAtt'][0]).toBe(id);
    expect(guard.Environment.Variables.POWERTOOLS_SERVICE_NAME).toBe(Handler.MANTLE_GUARD);
  });

  test('rules and the right to attach go before everybody is let go; the guard with its other rights, the policy, the tables and the key after that', () => {
    const { resources } = denying();
    const release = releaseOf(resources);
    const rules = Object.entries(ofType(resources, 'AWS::Events::Rule')).filter(([, { Properties }]) => JSON.stringify(Properties.Targets).includes(guardOf(resources)[0]));
    expect(rules).toHaveLength(2);
    const [mayAttach] = theOne(resources, 'AWS::IAM::Policy', 'MayAttach');
    rules.forEach(([rule]) => expect([...createdBefore(resources, rule)]).toEqual(expect.arrayContaining([release, mayAttach])));
    expect(createdBefore(resources, mayAttach)).toContain(release);

    const needed = [
      guardOf(resources)[0],
      theOne(resources, 'AWS::IAM::Policy', 'MantleGuardRoleDefaultPolicy')[0],
      theOne(resources, 'AWS::IAM::Role', 'MantleGuardRole')[0],
      theOne(resources, 'AWS::Logs::LogGroup', 'MantleGuardLogs')[0],
      theOne(resources, 'AWS::IAM::ManagedPolicy', 'MantleDenyPolicy')[0],
      ...Object.keys(ofType(resources, 'AWS::DynamoDB::Table')),
      ...Object.keys(ofType(resources, 'AWS::KMS::Key')),
    ];
    expect([...createdBefore(resources, release)]).toEqual(expect.arrayContaining(needed));
  });

  test('the right to attach stands in that policy alone', () => {
    const { resources } = denying();
    const attaching = Object.entries(ofType(resources, 'AWS::IAM::Policy')).filter(([, { Properties }]) => (
      JSON.stringify(Properties.PolicyDocument).includes('iam:Attach') && JSON.stringify(Properties.Roles).includes('MantleGuard')
    ));
    expect(attaching.map(([id]) => id)).toEqual([theOne(resources, 'AWS::IAM::Policy', 'MayAttach')[0]]);
  });

  test('the guard has less time than CloudFormation gives it, so that it reports itself that time ran out', () => {
    const { resources } = denying();
    expect(guardOf(resources)[1].Properties.Timeout).toBeLessThan(Number(resources[releaseOf(resources)].Properties.ServiceTimeout));
  });

  test('no resource needs itself, on a bus of somebody else as on its own, and with every strategy', () => {
    for (const suspensionStrategy of Object.values(SuspensionStrategy)) {
      const { resources } = synthesize({ mantleUse: MantleUse.DENY, suspensionStrategy, agentCore: true });
      expect(Object.keys(resources).filter(id => createdBefore(resources, id).has(id))).toEqual([]);
    }
  });

  test('use of the endpoint is still looked for', () => {
    const { resources } = denying();
    const [, { Properties: checker }] = theOne(resources, 'AWS::Lambda::Function', 'CoverageChecker');
    expect(checker.Environment.Variables.BUDGETEER_MANTLE_USE).toBe('deny');
  });
});

test.each([[undefined], [MantleUse.ALARM], [MantleUse.IGNORE]])('with %s there is nothing of it', mantleUse => {
  const { resources, budgeteer } = synthesize({ mantleUse });
  expect(ofType(resources, 'Custom::BedrockBudgeteerMantleRelease')).toEqual({});
  expect(Object.keys(ofType(resources, 'AWS::IAM::ManagedPolicy'))).toHaveLength(1);
  expect([budgeteer.mantleGuard, budgeteer.mantleDenyPolicy]).toEqual([undefined, undefined]);
  expect(JSON.stringify(resources)).not.toContain('BUDGETEER_MANTLE_POLICY_ARN');
});
