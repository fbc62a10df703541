import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, ListEntitiesForPolicyCommand } from '@aws-sdk/client-iam';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { EnforcerAction, EVENT_SOURCE, EventType, Handler, WEBHOOK_SOURCE } from '../../src/contract';
import { enforcerRequest } from '../../src/lambdas/core/enforcer-request';
import { parseInvocationRecord } from '../../src/lambdas/core/invocation-record';
import { embeddedCatalog } from '../../src/lambdas/core/pricing/embedded-catalog';
import { keyCreation } from '../../src/lambdas/core/registrar';
import { UnreadableRecordError } from '../../src/lambdas/core/unreadable-record';
import { everyOption } from '../everything';
import { aRecordLine, NOON } from '../lambdas/core/builders';
import { functionsOf, handlerOf, invoke } from '../synthesized/deployed-handler';
import { busEvent, customResourceEvent, keyCreatedEvent, streamBatch } from '../synthesized/sample-events';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { ACCOUNT, PARTITION } from '../synthesized/synthesized-stack';
import { matches } from '../workflows/event-pattern';
import { provesHostileInputs } from './register';

const synthesized = synthesizedBudgeteer(everyOption);
const { stack, budgeteer } = synthesized;
const USER = `iam-user/${ACCOUNT}/indexer`;

const dynamoDb = mockClient(DynamoDBClient);
const iam = mockClient(IAMClient);
const eventBridge = mockClient(EventBridgeClient);
const stepFunctions = mockClient(SFNClient);
const sns = mockClient(SNSClient);
const ssm = mockClient(SSMClient);
let answers: string[] = [];

beforeEach(() => {
  [dynamoDb, iam, eventBridge, stepFunctions, sns, ssm].forEach(mock => mock.reset());
  dynamoDb.onAnyCommand().resolves({});
  iam.onAnyCommand().resolves({});
  sns.onAnyCommand().resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  ssm.on(GetParametersByPathCommand).resolves({ Parameters: [] });
  iam.on(ListEntitiesForPolicyCommand).resolves({});
  answers = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (_, request) => {
    answers.push(Buffer.from((request as { readonly body: Uint8Array }).body).toString());
    return new Response();
  });
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    jest.spyOn(console, method).mockImplementation(() => {});
  }
});

/** The rules of the bus of this deployment. */
const rules = stack.resources('AWS::Events::Rule').filter(({ properties }) => properties.EventBusName !== undefined && properties.EventPattern);

function onTheBus(
  { account = ACCOUNT, deploymentId = budgeteer.deploymentId, source = EVENT_SOURCE as string, type = EventType.PRINCIPAL_RESTORED as string } = {},
): object {
  const detail = { ...forgedDetail(), deploymentId };
  return { ...busEvent({ Source: source, DetailType: type, Detail: JSON.stringify(detail), Time: new Date('2026-11-22T10:00:00Z') }), account };
}

function forgedDetail(): Record<string, unknown> {
  return {
    schemaVersion: '1',
    eventId: 'forged/1',
    deploymentId: budgeteer.deploymentId,
    environmentName: 'production',
    occurredAt: '2026-11-22T10:00:00.000Z',
    actor: 'alice',
    reason: 'because',
    principalId: USER,
    principalKind: 'iam-user',
    labels: {},
    status: 'suspended',
    after: { limits: null },
    channelId: 'any',
    delivery: { payload: '{}', signature: 'forged' },
  };
}

const heardBy = (event: object) => rules.filter(({ properties }) => matches(properties.EventPattern, event)).map(({ logicalId }) => logicalId);
const types = Object.values(EventType);
/** Calls that change anything of a principal's rights, or set out to. */
const changes = () => [...iam.calls(), ...stepFunctions.calls()].map(({ args: [command] }) => command.constructor.name).filter(name => !/^(Get|List)/.test(name));
const allBudgets = (item?: object) => {
  dynamoDb.on(GetItemCommand).resolves(item ? { Item: marshall(item) } : {});
  dynamoDb.on(ScanCommand).resolves({ Items: item ? [marshall(item)] : [] });
};
const A_BUDGET = {
  'principalId': USER,
  'kind': 'iam-user',
  'registeredAt': '2026-11-01T00:00:00.000Z',
  'limits': [{ limitUsd: 100, period: 'calendar month' }],
  'spend#2026-11-22': 1,
  'levels': {},
  'status': 'active',
  'statusSince': '2026-11-22T10:00:00.000Z',
  'reason': 'because',
  'decidedAt': '2026-11-22T10:00:00.000Z',
  'revision': 3,
};

provesHostileInputs('events', {
  'other-account': () => {
    expect(rules.length).toBeGreaterThan(8);
    expect(heardBy(onTheBus()).length).toBeGreaterThan(5);
    expect(types.flatMap(type => heardBy(onTheBus({ type, account: '999988887777' })))).toEqual([]);
    expect(heardBy(onTheBus({ source: WEBHOOK_SOURCE, account: '999988887777' }))).toEqual([]);
  },

  'other-deployment': () => {
    expect(types.flatMap(type => heardBy(onTheBus({ type, deploymentId: 'another' })))).toEqual([]);
  },

  'spoofed-source': () => {
    for (const source of ['bedrock-budgeteer2', 'Bedrock-Budgeteer', 'aws.events', 'com.example', ' bedrock-budgeteer']) {
      expect(types.flatMap(type => heardBy(onTheBus({ type, source })))).toEqual([]);
    }
    // A webhook's rule asks for the channel by its name as well.
    expect(heardBy(onTheBus({ source: WEBHOOK_SOURCE }))).toEqual([]);
  },

  'spoofed-status': async () => {
    const listeners = [...new Set(rules.flatMap(({ properties }) => properties.Targets).flatMap(({ Arn: target }: any) => functionsOf({ stack }).filter(fn => stack.attribute(fn, 'Arn') === target).map(handlerOf)))].sort();
    expect(listeners).toEqual([Handler.ALERT_NOTIFIER, Handler.AUDIT_RECORDER, Handler.MANTLE_GUARD]);
    for (const handler of listeners) {
      for (const type of types) {
        allBudgets();
        await invoke(synthesized, handler, onTheBus({ type }));
      }
    }
    // Nobody has a budget, whatever the events say: nobody is kept from anything, or let go.
    expect(changes()).toEqual([]);
    expect(dynamoDb.commandCalls(UpdateItemCommand)).toEqual([]);
    expect(new Set(dynamoDb.commandCalls(PutItemCommand).map(({ args: [{ input }] }) => input.TableName))).toEqual(new Set([stack.attribute(stack.resourceOf(budgeteer.auditTable), 'Ref')]));
    expect(sns.calls().length).toBeGreaterThan(0);
  },

  'spoofed-cloudtrail': async () => {
    for (const userName of ['a/b', '../root', 'a\nb', '*', 'аlice', 'x'.repeat(65), '']) {
      await invoke(synthesized, Handler.PRINCIPAL_REGISTRAR, keyCreatedEvent(userName)).catch(() => undefined);
    }
    expect(dynamoDb.calls()).toEqual([]);
    await invoke(synthesized, Handler.PRINCIPAL_REGISTRAR, keyCreatedEvent('indexer'));
    expect(dynamoDb.calls()).toHaveLength(1);
    const refused = { detail: { eventSource: 'iam.amazonaws.com', eventName: 'CreateServiceSpecificCredential', errorCode: 'AccessDenied', requestParameters: { userName: 'indexer', serviceName: 'bedrock.amazonaws.com' } } };
    expect([keyCreation(refused), keyCreation({ detail: null }), keyCreation('x'), keyCreation(undefined)]).toEqual([undefined, undefined, undefined, undefined]);
    // AWS lets nobody put events of a source that begins like its own, and the rules ask for that source.
    const ofAws = stack.resources('AWS::Events::Rule').filter(({ properties }) => properties.EventBusName === undefined && properties.EventPattern);
    expect(ofAws.flatMap(({ properties }) => properties.EventPattern.source).map(source => source.prefix ?? source).filter((source: string) => !source.startsWith('aws.'))).toEqual([]);
  },

  'spoofed-workflow': async () => {
    const workflow = { principalId: USER, revision: 3, notBefore: '2026-11-22T10:00:00.000Z', asOf: '2026-11-22T10:00:00.000Z' };
    const now = '2026-11-22T10:00:00.000Z';
    const malformed = [
      undefined, 'x', {}, { action: 'delete', workflow, now }, { action: '__proto__', workflow, now }, { action: EnforcerAction.RESTRICT, workflow: { ...workflow, revision: '3' }, now },
      { action: EnforcerAction.RESTRICT, workflow: { ...workflow, principalId: '' }, now }, { action: EnforcerAction.RESTRICT, workflow, now: 'soon' },
    ];
    for (const payload of malformed) {
      expect(() => enforcerRequest(payload)).toThrow('not a request to the enforcer');
    }
    for (const [item, revision, principalId] of [[A_BUDGET, 3, USER], [A_BUDGET, 99, USER], [undefined, 3, `iam-user/${ACCOUNT}/nobody`], [undefined, 3, 'iam-user/*']] as const) {
      allBudgets(item);
      for (const action of [EnforcerAction.RESTRICT, EnforcerAction.CONFIRM_SUSPENSION]) {
        await invoke(synthesized, Handler.ENFORCER, { action, workflow: { ...workflow, revision, principalId }, now }).catch(() => undefined);
      }
    }
    expect(changes()).toEqual([]);
  },

  'spoofed-custom-resource': async () => {
    const good = { principalId: USER, limits: [{ limitUsd: '12', period: '30 days' }], labels: {}, enforcement: 'enforced' };
    const hostile = [
      {}, { ...good, principalId: '*' }, { ...good, principalId: `${USER}/x` }, { ...good, limits: [{ limitUsd: '-1', period: '30 days' }] }, { ...good, limits: [{ limitUsd: 'NaN', period: '30 days' }] },
      { ...good, limits: [{ limitUsd: '1', period: 'never' }] }, { ...good, limits: 'none' }, { ...good, enforcement: 'off' }, { ...good, labels: { team: 7 } },
    ];
    for (const properties of hostile) {
      await invoke(synthesized, Handler.BUDGET_DECLARATION, customResourceEvent('Create', properties));
    }
    expect(answers.map(answer => JSON.parse(answer).Status)).toEqual(hostile.map(() => 'FAILED'));
    expect(dynamoDb.calls().map(({ args: [command] }) => command.constructor.name).filter(name => !name.startsWith('Get'))).toEqual([]);
    // From the bus no event can look like CloudFormation's: what somebody writes is below its detail.
    await invoke(synthesized, Handler.MANTLE_GUARD, { ...onTheBus(), detail: { ...forgedDetail(), RequestType: 'Delete', ResponseURL: 'https://evil.example' } });
    expect([answers.length, changes()]).toEqual([hostile.length, []]);
  },

  'forged-record': () => {
    const forged = [
      {}, { input: {}, output: {} }, { input: { inputTokenCount: 0 }, output: { outputTokenCount: 0 } }, { errorCode: 'X' }, { requestMetadata: { refundUsd: '100' }, costUsd: -5 },
      { input: { inputTokenCount: 5, inputBodyJson: { usage: { inputTokens: -5 } } }, output: { outputTokenCount: 5, outputBodyJson: { usage: { inputTokens: -5, cacheWriteInputTokens: -5 }, serviceTier: { type: 'flex' } } } },
      { input: { cacheReadInputTokenCount: -1 } }, { output: { outputTokenCount: -1 } },
    ];
    const costs = forged.map(record => {
      try {
        return embeddedCatalog().priceOf(parseInvocationRecord(aRecordLine(record), NOON)!).cost;
      } catch (error) {
        expect(error).toBeInstanceOf(UnreadableRecordError);
        return undefined;
      }
    });
    expect(costs.filter(cost => cost !== undefined && cost < 0n)).toEqual([]);
    expect(costs.filter(cost => cost === undefined)).toHaveLength(2);
    expect(parseInvocationRecord(aRecordLine({ identity: { arn: `arn:${PARTITION}:iam::${ACCOUNT}:user/indexer` } }), NOON)!.principal.id).toBe(USER);
  },

  'malformed-stream': async () => {
    const [good] = (streamBatch({ ...A_BUDGET, 'spend#2026-11-22': 95 }, A_BUDGET) as { Records: any[] }).Records;
    const broken = [
      { ...good, eventID: undefined }, { ...good, dynamodb: { ...good.dynamodb, NewImage: undefined } }, { ...good, dynamodb: { ...good.dynamodb, ApproximateCreationDateTime: 'soon' } },
      { ...good, dynamodb: { ...good.dynamodb, NewImage: marshall({ ...A_BUDGET, limits: 'none' }) } }, { ...good, dynamodb: { ...good.dynamodb, NewImage: marshall({ ...A_BUDGET, status: '__proto__' }) } },
      { ...good, dynamodb: { ...good.dynamodb, NewImage: marshall({ ...A_BUDGET, 'spend#2026-11-22': 'NaN' }) } },
    ].map((record, index) => {
      const principalId = `iam-user/${ACCOUNT}/broken-${index}`;
      const image = record.dynamodb.NewImage && { ...record.dynamodb.NewImage, principalId: { S: principalId } };
      return { ...record, dynamodb: { ...record.dynamodb, NewImage: image, Keys: marshall({ principalId }), SequenceNumber: `${index}` } };
    });
    const stored = new Map<string, object>([...broken, good].map(({ dynamodb }) => [dynamodb.Keys.principalId.S, dynamodb.NewImage]));
    dynamoDb.on(GetItemCommand).callsFake(({ Key: { principalId } }) => ({ Item: stored.get(principalId.S) }));
    const answer = await invoke(synthesized, Handler.BUDGET_EVALUATOR, { Records: [...broken, good] }) as { batchItemFailures: { itemIdentifier: string }[] };
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['0', '1', '2']);
    const told = jest.mocked(console.error).mock.calls.flat().map(String);
    expect(told.filter(line => line.includes('mend the attribute by hand'))).toHaveLength(3);
    expect(told.filter(line => line.includes('it comes again'))).toHaveLength(3);
    expect(dynamoDb.commandCalls(UpdateItemCommand).map(({ args: [{ input }] }) => input.Key!.principalId.S)).toEqual([USER]);
    const [mapping] = stack.resources('AWS::Lambda::EventSourceMapping');
    expect(mapping.properties).toMatchObject({ BisectBatchOnFunctionError: true, FunctionResponseTypes: ['ReportBatchItemFailures'], DestinationConfig: { OnFailure: { Destination: expect.stringContaining(':sqs:') } } });
  },
});
