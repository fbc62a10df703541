import { EVENT_SOURCE } from '../../src/contract';
import { SWITCHED_ON } from '../everything';
import { functionsOf } from '../synthesized/deployed-handler';
import { ACCOUNT, PARTITION, REGION, SynthesizedResource } from '../synthesized/synthesized-stack';
import { twoBudgeteers } from '../synthesized/two-budgeteers';
import { roleOf, together, verdictOn } from './simulation';

// With everything: what is isolated then is so by default, where there is less.
const { stack, budgeteer, neighbour } = twoBudgeteers(SWITCHED_ON);

/** What a function could do to something that belongs to an instance. */
const ACTIONS: Readonly<Record<string, { readonly attribute: string; readonly actions: readonly string[] }>> = {
  'AWS::DynamoDB::Table': {
    attribute: 'Arn',
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:BatchGetItem'],
  },
  'AWS::S3::Bucket': { attribute: 'Arn', actions: ['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'] },
  'AWS::SQS::Queue': { attribute: 'Arn', actions: ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:PurgeQueue'] },
  'AWS::SNS::Topic': { attribute: 'TopicArn', actions: ['sns:Publish'] },
  'AWS::Events::EventBus': { attribute: 'Arn', actions: ['events:PutEvents'] },
  'AWS::StepFunctions::StateMachine': { attribute: 'Arn', actions: ['states:StartExecution', 'states:ListExecutions'] },
  'AWS::Lambda::Function': { attribute: 'Arn', actions: ['lambda:InvokeFunction'] },
  'AWS::IAM::ManagedPolicy': { attribute: 'Ref', actions: ['iam:ListEntitiesForPolicy'] },
  'AWS::KMS::Key': { attribute: 'Arn', actions: ['kms:Decrypt', 'kms:GenerateDataKey'] },
};

const CONTEXT = { 'events:source': [EVENT_SOURCE] };

describe.each([['Budgeteer', 'Neighbour'], ['Neighbour', 'Budgeteer']])('the functions of %s', (own, other) => {
  const roles = functionsOf({ stack }).filter(({ logicalId }) => logicalId.startsWith(own)).map(fn => roleOf(stack, fn));
  const resources = (instance: string) => stack.resources(...Object.keys(ACTIONS)).filter(({ logicalId }) => logicalId.startsWith(instance));
  const all = together(roles);

  test.each(resources(other).map(resource => [resource.logicalId, resource] as const))('cannot touch %s', async (_, resource) => {
    expect(await touching(resource)).toEqual([]);
  });

  test('can touch their own, or the test above would show nothing', async () => {
    // Functions are invoked by services, the queue of the bus is filled by EventBridge, and reports are started by EventBridge Scheduler.
    const touchable = resources(own).filter(({ type, logicalId }) => type !== 'AWS::Lambda::Function' && !/Undelivered|ReportsChargebackStateMachine/.test(logicalId));
    const untouched = await Promise.all(touchable.map(async resource => ((await touching(resource)).length > 0 ? [] : [resource.logicalId])));

    expect(untouched.flat()).toEqual([]);
  });

  test("can neither read nor write the other's parameters", async () => {
    const paths = stack.resources('AWS::SSM::Parameter').filter(({ logicalId }) => logicalId.startsWith(other)).map(({ properties }) => properties.Name as string);
    const { deploymentId } = other === 'Neighbour' ? neighbour : budgeteer;
    // Two that no template has: they are created while the system runs.
    const names = [...paths, ...['previous-logging-configuration', 'enforcement'].map(name => `/bedrock-budgeteer/${deploymentId}/${name}`)];

    expect(paths).toHaveLength(12);
    for (const name of names) {
      for (const action of ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath', 'ssm:GetParameterHistory', 'ssm:PutParameter', 'ssm:DeleteParameter']) {
        const resource = `arn:${PARTITION}:ssm:${REGION}:${ACCOUNT}:parameter${name}`;
        expect({ action, name, verdict: await verdictOn(all, { action, resource }) }).toEqual({ action, name, verdict: 'ImplicitlyDenied' });
      }
    }
  });

  /** What any of them may do to a resource. */
  async function touching(resource: SynthesizedResource): Promise<readonly string[]> {
    const { attribute, actions } = ACTIONS[resource.type];
    // The key leaves it to the policies of the account who may use it.
    const keyPolicy = resource.type === 'AWS::KMS::Key' ? resource.properties.KeyPolicy : undefined;
    const contexts = keyPolicy ? ['dynamodb', 's3', 'sqs', 'sns'].map(service => ({ 'kms:ViaService': `${service}.${REGION}.amazonaws.com` })) : [CONTEXT];
    const arn = stack.attribute(resource, attribute);
    const arns = resource.type === 'AWS::S3::Bucket' ? [arn, `${arn}/reports/2026-11/chargeback.csv`, `${arn}/report-work/run/0-0-a.json`] : [arn];
    // An action on a bucket is none on its objects, and the other way round.
    const fitting = (action: string) => arns.filter(target => resource.type !== 'AWS::S3::Bucket' || (action === 's3:ListBucket') === (target === arn));
    const requests = actions.flatMap(action => contexts.flatMap(context => fitting(action).map(target => ({ action, resource: target, context }))));
    const verdicts = await Promise.all(requests.map(async request => ({ request, verdict: await verdictOn(all, request, keyPolicy) })));
    return verdicts.filter(({ verdict }) => verdict === 'Allowed').map(({ request }) => request.action);
  }
});

test('two instances share neither names nor paths', () => {
  const names = stack.resources('AWS::SSM::Parameter', 'AWS::Logs::LogGroup', 'AWS::Events::EventBus').map(({ properties }) => properties.Name ?? properties.LogGroupName).filter(Boolean);

  expect(names.length).toBeGreaterThan(0);
  expect(new Set(names).size).toBe(names.length);
  expect(budgeteer.deploymentId).not.toBe(neighbour.deploymentId);
});
