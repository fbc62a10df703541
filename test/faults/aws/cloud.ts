import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBRecord } from 'aws-lambda';
import { Env, Handler, LedgerAttribute } from '../../../src/contract';
import { awsError } from '../../lambdas/adapters/aws-error';
import { ACCOUNT, REGION } from '../../lambdas/core/builders';
import { InMemoryAgentCore } from '../../lambdas/core/in-memory/agent-core';
import { ENVIRONMENT } from '../../lambdas/lambda-world';
import { Definition } from '../../workflows/execution';
import { Timeline } from './clock';
import { Container, containers, currentInvocation, ProcessKilledError } from './containers';
import { AwsCall, errorOf, Fault, FaultPlan } from './faults';
import { Identities } from './identities';
import { Execution } from './machine';
import { Queues } from './queues';
import { RETRY_WAITS_MS } from './retries';
import { StreamMapping } from './stream-mapping';
import { Tables } from './tables';

const CLIENTS = {
  Bedrock: BedrockClient,
  AgentCore: BedrockAgentCoreControlClient,
  CloudFormation: CloudFormationClient,
  DynamoDB: DynamoDBClient,
  EventBridge: EventBridgeClient,
  IAM: IAMClient,
  Lambda: LambdaClient,
  StepFunctions: SFNClient,
  SNS: SNSClient,
  SQS: SQSClient,
  SSM: SSMClient,
} as const;

export interface CloudOptions {
  readonly at: number;
  readonly faults?: readonly Fault[];
  readonly definitions: Readonly<Record<'suspension' | 'restoration', Definition>>;
  readonly settings: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** An event as it stood on the bus. */
export interface BusEvent {
  readonly type: string;
  readonly detail: any;
  readonly at: number;
}

export const functionArn = (handler: string) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${handler}`;
const failuresOf = (handler: string) => `${handler}-failures`;
export const EVALUATION_FAILURES = 'evaluation-failures';
export const UNREADABLE = 'unreadable';

/**
 * AWS in memory, behind the clients of the AWS SDK, and what it does by itself: it invokes handlers, repeats what failed, keeps what was given up, and runs
 * state machines. Calls fail as a plan of faults says.
 */
export class Cloud {
  public readonly timeline: Timeline;
  public readonly queues: Queues;
  public readonly plan: FaultPlan;
  public readonly agentCore: InMemoryAgentCore;
  public readonly bus: BusEvent[] = [];
  public readonly executions = new Map<string, Execution>();
  /** Every call that an exposed invocation made, in order. */
  public readonly calls: Pick<AwsCall, 'caller' | 'service' | 'operation'>[] = [];
  /** What the handlers counted, by metric. */
  public readonly metrics = new Map<string, number>();
  /** Every change of an attachment. */
  public readonly attachments: { readonly entity: string; readonly denied: boolean; readonly at: number }[] = [];
  /** Every change of the Budgets table. */
  public readonly changes: DynamoDBRecord[] = [];
  /** What handlers that somebody waits for have answered to CloudFormation. */
  public readonly answers: any[] = [];
  public readonly parameters: Map<string, string>;
  /** Whether calls meet faults. */
  public isExposed = true;
  public readonly tables = new Tables((table, before, after) => this.tableChanged(table, before, after));
  public readonly iam = new Identities(ENVIRONMENT[Env.DENY_POLICY_ARN], (entity, denied) => {
    this.attachments.push({ entity, denied, at: this.now });
    this.onAttachment(entity, denied);
  });
  private readonly containers: ReadonlyMap<string, Container>;
  private readonly mapping: StreamMapping;
  private sequence = 0;
  private readonly restores: (() => void)[] = [];

  constructor(private readonly options: CloudOptions) {
    this.timeline = new Timeline(options.at);
    this.queues = new Queues(() => this.now);
    this.plan = new FaultPlan(options.faults);
    this.agentCore = new InMemoryAgentCore(() => this.now);
    this.parameters = new Map(Object.entries(options.settings).map(([name, value]) => [`${ENVIRONMENT[Env.SETTINGS_PATH]}/${name}`, value]));
    this.containers = containers();
    this.mapping = new StreamMapping(this.timeline, {
      invoke: event => this.invoke(Handler.BUDGET_EVALUATOR, event),
      giveUp: batch => this.queues.send(EVALUATION_FAILURES, {
        requestContext: { requestId: 'r', functionArn: functionArn(Handler.BUDGET_EVALUATOR), condition: 'RetryAttemptsExhausted' },
        DDBStreamBatchInfo: { shardId: 's', batchSize: batch.length },
      }),
    });
    this.install();
  }

  /** Looks at the world at every change of IAM. */
  public onAttachment: (entity: string, denied: boolean) => void = () => undefined;

  /** Looks at the world at every new row of the ledger. */
  public onCharge: (callId: string) => void = () => undefined;

  /** How far the clock of a handler's machine is ahead, in milliseconds. */
  public skew: (handler: string) => number = () => 0;

  public get now(): number {
    return this.timeline.now;
  }

  /** Gives the process back its clock, clients and environment. */
  public close(): void {
    this.restores.forEach(restore => restore());
  }

  /** An operator sets a setting. */
  public setParameter(name: string, value: string): void {
    this.parameters.set(`${ENVIRONMENT[Env.SETTINGS_PATH]}/${name}`, value);
  }

  /** Lets time pass, and whatever is due in it happen. */
  public async passUntil(instant: number): Promise<void> {
    await this.timeline.advanceTo(instant);
  }

  /** Invokes a function that somebody waits for. */
  public async invoke(handler: string, event: unknown): Promise<unknown> {
    return this.container(handler).invoke(event, this.isExposed);
  }

  /** Invokes a function for which nobody waits: Lambda repeats it twice, and then keeps the event. */
  public invokeLater(handler: string, event: unknown, at = this.now, attempt = 0): void {
    this.timeline.schedule(at, async () => {
      try {
        await this.invoke(handler, event);
      } catch (error) {
        if (attempt < RETRY_WAITS_MS.length) {
          this.invokeLater(handler, event, this.now + RETRY_WAITS_MS[attempt], attempt + 1);
        } else {
          this.queues.send(failuresOf(handler), {
            requestContext: { requestId: 'r', functionArn: `${functionArn(handler)}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: 3 },
            requestPayload: event,
            responsePayload: { errorType: (error as Error).name },
          });
        }
      }
    });
  }

  /** Events that functions gave up on, by function. */
  public givenUp(handler: string): readonly any[] {
    return this.queues.bodies(failuresOf(handler)).map(({ requestPayload }) => requestPayload);
  }

  /** A record that the stream delivers once more, long after the first time. */
  public redeliver(record: DynamoDBRecord): void {
    this.mapping.add(record);
  }

  private container(handler: string): Container {
    return this.containers.get(handler) ?? notThere(handler);
  }

  // The clients

  private async send(service: string, operation: string, input: Record<string, any>): Promise<unknown> {
    const invocation = currentInvocation();
    if (invocation?.isDead) {
      return never();
    }
    if (!invocation?.exposed) {
      return this.answer(service, operation, input);
    }
    const call: AwsCall = { position: this.calls.length, caller: invocation.caller, service, operation, input };
    this.calls.push({ caller: invocation.caller, service, operation });
    const way = this.plan.meets(call);
    const killed = () => {
      invocation.isDead = true;
      invocation.die(new ProcessKilledError(`the process ended at ${operation}`));
      return never();
    };
    switch (way) {
      case undefined:
        return this.answer(service, operation, input);
      case 'killed-before':
        return killed();
      case 'killed-after':
        await this.answer(service, operation, input).catch(() => undefined);
        return killed();
      case 'rival':
        await invocation.rival?.();
        return this.answer(service, operation, input);
      case 'asked-twice': {
        // The client gives both requests of a transaction the same token.
        const same = { ...input, ClientRequestToken: `token-${call.position}` };
        await this.answer(service, operation, same).catch(() => undefined);
        return this.answer(service, operation, same);
      }
      case 'answer-lost':
        await this.answer(service, operation, input).catch(() => undefined);
        throw errorOf(way, call);
      case 'partial':
        return this.partly(service, operation, input);
      default:
        throw errorOf(way, call);
    }
  }

  /** The first half of a batch is taken, and the rest refused. */
  private async partly(service: string, operation: string, input: Record<string, any>): Promise<unknown> {
    const half = <T>(list: readonly T[]) => [list.slice(0, Math.floor(list.length / 2)), list.slice(Math.floor(list.length / 2))] as const;
    if (operation === 'BatchGetItem') {
      const [[table, { Keys: keys }]] = Object.entries(input.RequestItems as Record<string, { Keys: object[] }>);
      const [asked, left] = half(keys);
      const answer = await this.answer(service, operation, { RequestItems: { [table]: { Keys: asked } } }) as object;
      return { ...answer, UnprocessedKeys: { [table]: { Keys: left } } };
    }
    const [taken, refused] = half(input.Entries as { Id?: string }[]);
    const answer = taken.length > 0 ? await this.answer(service, operation, { ...input, Entries: taken }) as Record<string, object[]> : {};
    return operation === 'PutEvents'
      ? { FailedEntryCount: refused.length, Entries: [...answer.Entries ?? [], ...refused.map(() => ({ ErrorCode: 'InternalFailure' }))] }
      : { Successful: answer.Successful ?? [], Failed: refused.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })) };
  }

  /** What AWS answers when nothing is wrong. */
  private async answer(service: string, operation: string, input: Record<string, any>): Promise<unknown> {
    switch (service) {
      case 'DynamoDB':
        return this.tables.answer(operation, input);
      case 'IAM':
        return this.iam.answer(operation, input);
      case 'SQS':
        return this.queues.answer(operation, input);
      case 'EventBridge':
        return this.eventBridge(operation, input);
      case 'StepFunctions':
        return this.stepFunctions(operation, input);
      case 'SSM':
        return this.ssm(operation, input);
      case 'CloudFormation':
      case 'SNS':
        return {};
      case 'Lambda':
        return this.lambda(operation, input);
      case 'AgentCore':
        return this.agents(operation, input);
      default:
        throw awsError('UnknownOperationException', { message: `${service}.${operation} is not there` });
    }
  }

  private eventBridge(operation: string, input: Record<string, any>): object {
    if (operation === 'DescribeEventBus') {
      return {};
    }
    for (const { DetailType: type, Detail: detail, Source: source, Time: time } of input.Entries as Record<string, any>[]) {
      const event = { 'source': source, 'detail-type': type, 'detail': JSON.parse(detail), 'time': new Date(time).toISOString() };
      this.bus.push({ type, detail: event.detail, at: this.now });
      this.invokeLater(Handler.AUDIT_RECORDER, event);
    }
    return { FailedEntryCount: 0, Entries: (input.Entries as object[]).map((_, index) => ({ EventId: `event-${this.bus.length}-${index}` })) };
  }

  private stepFunctions(operation: string, input: Record<string, any>): object {
    switch (operation) {
      case 'StartExecution': {
        const { stateMachineArn: machine, name } = input;
        const key = `${machine}:${name}`;
        if (this.executions.has(key)) {
          throw awsError('ExecutionAlreadyExists', { status: 400 });
        }
        const execution = new Execution(this.options.definitions[machine === 'arn:suspension' ? 'suspension' : 'restoration'], name, JSON.parse(input.input), {
          now: () => this.now,
          later: (at, work) => this.timeline.schedule(at, work),
          invoke: async ({ Payload: payload }) => ({ Payload: await this.invoke(Handler.ENFORCER, payload) }),
        });
        this.executions.set(key, execution);
        execution.begin();
        return { executionArn: key };
      }
      case 'ListExecutions':
        return {
          executions: [...this.executions].filter(([arn, { status }]) => arn.startsWith(`${input.stateMachineArn}:`) && status === 'RUNNING')
            .map(([executionArn]) => ({ executionArn })),
        };
      case 'StopExecution':
        this.executions.get(input.executionArn)?.stop();
        return {};
      default:
        throw awsError('UnknownOperationException', { message: `StepFunctions.${operation} is not there` });
    }
  }

  private ssm(operation: string, input: Record<string, any>): object {
    const all = [...this.parameters].map(([Name, Value]) => ({ Name, Value }));
    if (operation === 'GetParameterHistory') {
      return { Parameters: all.filter(({ Name }) => Name === input.Name) };
    }
    const from = Number(input.NextToken ?? 0);
    return { Parameters: all.slice(from, from + 10), ...(from + 10 < all.length ? { NextToken: String(from + 10) } : {}) };
  }

  private async lambda(operation: string, input: Record<string, any>): Promise<object> {
    switch (operation) {
      case 'ListFunctions':
        return { Functions: [...this.containers.keys()].map(name => this.configurationOf(name)) };
      case 'GetFunctionEventInvokeConfig':
        return { DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:${REGION}:${ACCOUNT}:${failuresOf(input.FunctionName)}` } } };
      case 'ListEventSourceMappings':
        return {
          EventSourceMappings: input.FunctionName === Handler.BUDGET_EVALUATOR
            ? [{ DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:${REGION}:${ACCOUNT}:${EVALUATION_FAILURES}` } } }] : [],
        };
      case 'Invoke':
        try {
          const answer = await this.invoke(input.FunctionName, JSON.parse(Buffer.from(input.Payload).toString()));
          return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(answer ?? null)) };
        } catch (error) {
          return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(JSON.stringify({ errorType: (error as Error).name })) };
        }
      default:
        throw awsError('UnknownOperationException', { message: `Lambda.${operation} is not there` });
    }
  }

  private configurationOf(name: string): object {
    const Variables = { ...ENVIRONMENT, POWERTOOLS_SERVICE_NAME: name, [Env.UNREADABLE_QUEUE_URL]: `https://queue/${UNREADABLE}` };
    return { FunctionName: name, FunctionArn: functionArn(name), Environment: { Variables } };
  }

  private async agents(operation: string, input: Record<string, any>): Promise<object> {
    const shown = ({ id, arn, name, roleArn, status, version, updatedAt }: any) => ({
      agentRuntimeId: id, agentRuntimeArn: arn, agentRuntimeName: name, roleArn, status, agentRuntimeVersion: version, lastUpdatedAt: new Date(updatedAt),
    });
    switch (operation) {
      case 'GetAgentRuntime': {
        const runtime = await this.agentCore.runtime(input.agentRuntimeId);
        return runtime ? shown(runtime) : refuse('ResourceNotFoundException');
      }
      case 'ListAgentRuntimes': {
        const { ids, next } = await this.agentCore.runtimeIds(input.nextToken);
        return { agentRuntimes: ids.map(id => ({ agentRuntimeId: id })), nextToken: next };
      }
      case 'ListHarnesses':
        return { harnesses: [] };
      case 'GetHarness':
        return refuse('ResourceNotFoundException');
      case 'ListTagsForResource':
        return { tags: await this.agentCore.tags(input.resourceArn) };
      default:
        throw awsError('UnknownOperationException', { message: `AgentCore.${operation} is not there` });
    }
  }

  // What AWS does by itself

  private tableChanged(table: string, before: DynamoDBRecord['dynamodb'] | object | undefined, after: object | undefined): void {
    if (table === 'Ledger' && after && !before) {
      this.onCharge((after as Record<string, { S: string }>)[LedgerAttribute.CALL_ID].S);
    }
    if (table !== 'Budgets' || JSON.stringify(before) === JSON.stringify(after)) {
      return;
    }
    this.sequence += 1;
    const image = (after ?? before) as Record<string, { S: string }>;
    const record: DynamoDBRecord = {
      eventID: `change-${this.sequence}`,
      eventName: before ? after ? 'MODIFY' : 'REMOVE' : 'INSERT',
      dynamodb: {
        Keys: { principalId: image.principalId },
        SequenceNumber: String(this.sequence).padStart(12, '0'),
        ApproximateCreationDateTime: Math.floor(this.now / 1000),
        ...(before ? { OldImage: before as any } : {}),
        ...(after ? { NewImage: after as any } : {}),
      },
    };
    this.changes.push(record);
    this.mapping.add(record);
  }

  private install(): void {
    const environment = process.env;
    process.env = {
      ...environment,
      ...ENVIRONMENT,
      [Env.UNREADABLE_QUEUE_URL]: `https://queue/${UNREADABLE}`,
      [Env.DEPLOYED_SETTINGS]: JSON.stringify(this.options.settings),
      // Metrics are written all the same.
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      ...this.options.environment,
    };
    this.restores.push(() => {
      process.env = environment;
    });
    for (const [service, client] of Object.entries(CLIENTS)) {
      const prototype = client.prototype as { send?: unknown };
      prototype.send = (command: { readonly input: Record<string, any>; readonly constructor: { readonly name: string } }) =>
        this.send(service, command.constructor.name.replace(/Command$/, ''), command.input);
      this.restores.push(() => {
        delete prototype.send;
      });
    }
    const { now } = Date;
    Date.now = () => {
      const invocation = currentInvocation();
      return this.now + (invocation ? this.skew(invocation.caller) : 0);
    };
    this.restores.push(() => {
      Date.now = now;
    });
    answered = async body => {
      await this.send('CloudFormation', 'PutAnswer', {});
      this.answers.push(JSON.parse(Buffer.from(body).toString()));
    };
    for (const stream of [process.stdout, process.stderr]) {
      const { write } = stream;
      stream.write = ((text: string) => {
        this.count(String(text));
        return true;
      }) as typeof stream.write;
      this.restores.push(() => {
        stream.write = write;
      });
    }
  }

  /** Metrics stand among the log lines. */
  private count(text: string): void {
    for (const line of text.split('\n').filter(each => each.includes('"_aws"'))) {
      const { _aws: _, Deployment: __, ...values } = JSON.parse(line);
      for (const [metric, value] of Object.entries(values)) {
        const sum = [value].flat().reduce<number>((total, part) => total + (typeof part === 'number' ? part : 0), 0);
        this.metrics.set(metric, (this.metrics.get(metric) ?? 0) + sum);
      }
    }
  }
}

/** Where CloudFormation's answers go: to the world that is there. */
let answered: (body: Uint8Array) => Promise<void>;

// Once: Jest keeps whatever was ever put there, and so would keep every world.
globalThis.fetch = async (_, request) => {
  await answered(request!.body as Uint8Array);
  return new Response();
};

/** A promise of its own each time: whatever waits for one that all share would be kept as long as that one is, worlds and all. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

function refuse(name: string): never {
  throw awsError(name, { status: 404 });
}

function notThere(handler: string): never {
  throw new TypeError(`there is no function ${handler}`);
}
