import { gzipSync } from 'node:zlib';
import { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { marshall } from '@aws-sdk/util-dynamodb';
import { ACCOUNT, REGION } from './synthesized-stack';

/** Events in the form in which AWS delivers them. */

export function logDelivery(...messages: readonly string[]): object {
  const batch = {
    messageType: 'DATA_MESSAGE',
    owner: ACCOUNT,
    logGroup: 'invocations',
    logStream: 'aws/bedrock/modelinvocations',
    subscriptionFilters: ['all'],
    logEvents: messages.map((message, index) => ({ id: String(index).padStart(56, '3'), timestamp: Date.parse('2026-11-22T10:00:05Z'), message })),
  };
  return { awslogs: { data: gzipSync(JSON.stringify(batch)).toString('base64') } };
}

export function invocationRecord(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: '2026-11-22T10:00:00Z',
    accountId: ACCOUNT,
    region: REGION,
    requestId: '7487ab04-734e-470b-8dfc-46d8d8506381',
    operation: 'Converse',
    modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
    identity: { arn: `arn:aws:iam::${ACCOUNT}:user/indexer` },
    input: { inputContentType: 'application/json', inputTokenCount: 1000 },
    output: { outputContentType: 'application/json', outputTokenCount: 100 },
    ...changes,
  });
}

/** A change of the Budgets table, as its stream tells it. */
export function streamBatch(after: Readonly<Record<string, unknown>>, before?: Readonly<Record<string, unknown>>): object {
  return {
    Records: [{
      eventID: '4b8c3b7ab8d9a7a8d1f2a3b4c5d6e7f8',
      eventName: before ? 'MODIFY' : 'INSERT',
      eventSource: 'aws:dynamodb',
      awsRegion: REGION,
      dynamodb: {
        ApproximateCreationDateTime: Date.parse('2026-11-22T10:00:06Z') / 1000,
        Keys: marshall({ principalId: after.principalId }),
        ...(before ? { OldImage: marshall(before) } : {}),
        NewImage: marshall(after),
        SequenceNumber: '100000000000000000001',
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    }],
  };
}

/** What a rule with a schedule sends. */
export function scheduledEvent(time: string): object {
  return {
    'version': '0',
    'id': '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
    'detail-type': 'Scheduled Event',
    'source': 'aws.events',
    'account': ACCOUNT,
    time,
    'region': REGION,
    'resources': [`arn:aws:events:${REGION}:${ACCOUNT}:rule/schedule`],
    'detail': {},
  };
}

/** What EventBridge makes of an entry that was put on a bus. */
export function busEvent(entry: Pick<PutEventsRequestEntry, 'Source' | 'DetailType' | 'Detail' | 'Time'>): Record<string, unknown> {
  return {
    'version': '0',
    'id': '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': entry.DetailType,
    'source': entry.Source,
    'account': ACCOUNT,
    'time': entry.Time?.toISOString().replace(/\.\d+Z$/, 'Z'),
    'region': REGION,
    'resources': [],
    'detail': JSON.parse(entry.Detail!),
  };
}

/** An API call that CloudTrail tells of. @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html */
export function keyCreatedEvent(userName: string): object {
  return {
    'version': '0',
    'id': '36eb8523-97d0-4518-b33d-ee3579ff19f0',
    'detail-type': 'AWS API Call via CloudTrail',
    'source': 'aws.iam',
    'account': ACCOUNT,
    'time': '2026-11-22T10:00:00Z',
    'region': REGION,
    'resources': [],
    'detail': {
      eventVersion: '1.11',
      userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/alice`, accountId: ACCOUNT },
      eventTime: '2026-11-22T09:59:55Z',
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateServiceSpecificCredential',
      awsRegion: 'us-east-1',
      requestParameters: { userName, serviceName: 'bedrock.amazonaws.com' },
      responseElements: {
        serviceSpecificCredential: {
          userName,
          serviceName: 'bedrock.amazonaws.com',
          status: 'Active',
          serviceSpecificCredentialId: 'ACCAEXAMPLE123EXAMPLE',
          createDate: 'Nov 22, 2026 9:59:55 AM',
        },
      },
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: ACCOUNT,
      eventCategory: 'Management',
    },
  };
}

/** A call to AgentCore's control plane that CloudTrail tells of; `id` of what was created, updated or deleted. */
export function agentCoreEvent(eventName: string, id: string): object {
  const about = eventName.includes('Harness') ? { harnessId: id } : { agentRuntimeId: id };
  return {
    'version': '0',
    'id': '8f1a7c1e-6a52-4d55-9d8e-0f2b0b7a51c2',
    'detail-type': 'AWS API Call via CloudTrail',
    'source': 'aws.bedrock-agentcore',
    'account': ACCOUNT,
    'time': '2026-11-22T10:00:00Z',
    'region': REGION,
    'resources': [],
    'detail': {
      eventVersion: '1.11',
      userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/alice`, accountId: ACCOUNT },
      eventTime: '2026-11-22T09:59:55Z',
      eventSource: 'bedrock-agentcore.amazonaws.com',
      eventName,
      awsRegion: REGION,
      requestParameters: { ...(eventName.startsWith('Create') ? {} : about), roleArn: `arn:aws:iam::${ACCOUNT}:role/chat-backend` },
      responseElements: about,
      eventID: '0a9d7c0e-2f5e-4f0e-8a51-6f1f3c1d9b77',
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: ACCOUNT,
      eventCategory: 'Management',
    },
  };
}

/** A change of the way to the meter that CloudTrail tells of. */
export function loggingChangedEvent(eventName: string, requestParameters: object = {}): object {
  const service = eventName.includes('ModelInvocation') ? 'bedrock' : 'logs';
  return {
    'version': '0',
    'id': '7c0a9a5e-1c5c-4f2f-b0dd-1c7b6a3b8e11',
    'detail-type': 'AWS API Call via CloudTrail',
    'source': `aws.${service}`,
    'account': ACCOUNT,
    'time': '2026-11-22T10:00:00Z',
    'region': REGION,
    'resources': [],
    'detail': {
      eventVersion: '1.11',
      userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/alice`, accountId: ACCOUNT },
      eventTime: '2026-11-22T09:59:55Z',
      eventSource: `${service}.amazonaws.com`,
      eventName,
      awsRegion: REGION,
      requestParameters,
      eventID: '5d0c5a7b-7f3e-4a55-9a63-4ac4a33bd0c2',
      managementEvent: true,
      recipientAccountId: ACCOUNT,
      eventCategory: 'Management',
    },
  };
}

/** An event of a custom resource. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
export function customResourceEvent(requestType: 'Create' | 'Update' | 'Delete', properties: Readonly<Record<string, unknown>>): object {
  return {
    RequestType: requestType,
    ServiceToken: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:handler`,
    ResponseURL: 'https://cloudformation.invalid/answer',
    StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Synthesized/51af3dc0-da77-11e4-872e-1234567db123`,
    RequestId: '5b15ae29-1c1f-4c5e-9d05-3f4f2a2f4c5c',
    LogicalResourceId: 'Resource',
    ResourceType: 'Custom::Resource',
    ResourceProperties: properties,
    ...(requestType === 'Create' ? {} : { PhysicalResourceId: 'physical-id' }),
    ...(requestType === 'Update' ? { OldResourceProperties: properties } : {}),
  };
}

/** An item of the AWS Price List: tokens of GLM 5. @see https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html */
export function priceListItem(inferenceType: 'Input tokens' | 'Output tokens', usdPerThousand: string): string {
  const usagetype = `zai.glm5-${inferenceType === 'Input tokens' ? 'input' : 'output'}-tokens`;
  return JSON.stringify({
    product: { sku: 'SKU', attributes: { regionCode: REGION, inferenceType, usagetype, model: 'GLM 5', feature: 'On-demand Inference' } },
    terms: { OnDemand: { 'SKU.T': { priceDimensions: { 'SKU.T.D': { unit: '1K tokens', pricePerUnit: { USD: usdPerThousand } } } } } },
  });
}
