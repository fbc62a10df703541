import { CloudWatchLogsClient, CreateLogStreamCommand, paginateFilterLogEvents, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AttributeValue, DynamoDBClient, GetItemCommand, paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { IAMClient, paginateListEntitiesForPolicy } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AuditAttribute, BudgetAttribute, Env, Metric, METRIC_NAMESPACE, PrincipalKindName } from '../../src/contract';
import { fromItem, toItem } from '../../src/lambdas/adapters/dynamodb-values';
import { Budget, Limit } from '../../src/lambdas/core/budget';
import { budgetFromItem, Item, limitsToItem } from '../../src/lambdas/core/budget-item';
import { MonitorSummary } from '../../src/lambdas/core/monitor';
import { parseSettings, Settings, SettingTexts } from '../../src/lambdas/core/settings';

/** Where a deployed stack keeps what this client looks at. Other stacks than the example's may leave out what they do not need. */
export interface DeployedNames {
  readonly budgetsTable: string;
  readonly ledgerTable: string;
  readonly auditTable: string;
  readonly invocationLogGroup: string;
  readonly denyPolicyArn: string;
  readonly usageMeter: string;
  readonly budgetMonitor: string;
}

/** How SDK clients reach the cloud. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A line of the invocation log. */
export interface LogLine {
  readonly message: string;
  /** Epoch milliseconds. @default - now */
  readonly loggedAt?: number;
}

/** The stream to which Bedrock writes. */
const LOG_STREAM = 'aws/bedrock/modelinvocations';

/** Ids under this prefix are notes of the deployment, no principals. */
const NOTE_PREFIX = 'deployment/';

/**
 * A deployed BedrockBudgeteer from the outside: plays Bedrock, an operator and the clock, and reads what came of it.
 */
export class DeployedBudgeteer {
  private readonly logs: CloudWatchLogsClient;
  private readonly dynamoDb: DynamoDBClient;
  private readonly iam: IAMClient;
  private readonly lambda: LambdaClient;
  private readonly sqs: SQSClient;
  private hasStream = false;

  constructor(settings: ClientSettings, private readonly names: DeployedNames) {
    this.logs = new CloudWatchLogsClient(settings);
    this.dynamoDb = new DynamoDBClient(settings);
    this.iam = new IAMClient(settings);
    this.lambda = new LambdaClient(settings);
    this.sqs = new SQSClient(settings);
  }

  /** Writes lines into the invocation log, as Bedrock would, in one batch. */
  public async log(lines: readonly LogLine[]): Promise<void> {
    const stream = { logGroupName: this.names.invocationLogGroup, logStreamName: LOG_STREAM };
    if (!this.hasStream) {
      await this.logs.send(new CreateLogStreamCommand(stream)).catch(unless('ResourceAlreadyExistsException'));
      this.hasStream = true;
    }
    const now = Date.now();
    const logEvents = lines.map(({ message, loggedAt = now }) => ({ message, timestamp: loggedAt }));
    // CloudWatch refuses a batch that is not in order.
    await this.logs.send(new PutLogEventsCommand({ ...stream, logEvents: logEvents.sort((a, b) => a.timestamp - b.timestamp) }));
  }

  public async budget(principalId: string): Promise<Budget | undefined> {
    const { Item: attributes } = await this.dynamoDb.send(new GetItemCommand({ ...this.keyOf(principalId), ConsistentRead: true }));
    return attributes && budgetFromItem(toItem(attributes));
  }

  /** Every principal's budget, by id. */
  public async budgets(): Promise<ReadonlyMap<string, Budget>> {
    const items = await this.scan(this.names.budgetsTable);
    return new Map(items
      .filter(item => !String(item[BudgetAttribute.PRINCIPAL_ID]).startsWith(NOTE_PREFIX))
      .map(item => budgetFromItem(item))
      .map(budget => [budget.principalId, budget]));
  }

  /** Sets the limits of a principal, as an operator would: the change of the table is all it takes. */
  public async setLimits(principalId: string, limits: readonly Limit[], updatedBy: string): Promise<void> {
    await this.dynamoDb.send(new UpdateItemCommand({
      ...this.keyOf(principalId),
      UpdateExpression: 'SET #limits = :limits, #updatedBy = :updatedBy',
      ExpressionAttributeNames: { '#limits': 'limits', '#updatedBy': 'updatedBy' },
      ExpressionAttributeValues: fromItem({ ':limits': limitsToItem(limits), ':updatedBy': updatedBy }),
    }));
  }

  /** Ids of those to whom IAM says that the deny policy is attached: the truth about who is suspended. */
  public async denied(): Promise<ReadonlySet<string>> {
    const { denyPolicyArn } = this.names;
    const account = denyPolicyArn.split(':')[4];
    const ids = new Set<string>();
    for await (const page of paginateListEntitiesForPolicy({ client: this.iam }, { PolicyArn: denyPolicyArn })) {
      page.PolicyUsers?.forEach(({ UserName: name }) => ids.add(`${PrincipalKindName.IAM_USER}/${account}/${name}`));
      page.PolicyRoles?.forEach(({ RoleName: name }) => ids.add(`${PrincipalKindName.IAM_ROLE}/${account}/${name}`));
    }
    return ids;
  }

  /** Runs the monitor as its schedule would at that time: the way to cross a period. */
  public async runMonitor(at: Date): Promise<MonitorSummary> {
    const { StatusCode: status, FunctionError: failure, Payload: payload } = await this.lambda.send(new InvokeCommand({
      FunctionName: this.names.budgetMonitor,
      Payload: JSON.stringify({
        'version': '0',
        'id': `00000000-0000-4000-8000-${String(at.getTime()).padStart(12, '0').slice(-12)}`,
        'detail-type': 'Scheduled Event',
        'source': 'aws.events',
        'account': this.names.denyPolicyArn.split(':')[4],
        'time': at.toISOString().replace(/\.\d{3}Z$/, 'Z'),
        'region': await this.lambda.config.region(),
        'resources': [],
        'detail': {},
      }),
    }));
    const answer = payload ? Buffer.from(payload).toString('utf8') : '';
    if (failure) {
      throw new Error(`the monitor failed (${status}, ${failure}): ${answer.slice(0, 1000)}`);
    }
    return JSON.parse(answer) as MonitorSummary;
  }

  /** The ledger's rows: one a call. */
  public ledger(): Promise<readonly Item[]> {
    return this.scan(this.names.ledgerTable);
  }

  /** The audit trail in order of time, whoever it is about. */
  public async auditTrail(): Promise<readonly Item[]> {
    const rows = await this.scan(this.names.auditTable);
    const key = (row: Item) => String(row[AuditAttribute.EVENT_KEY]);
    return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b))));
  }

  /** How many lines are kept in the queue of those that could not be charged. */
  public async unreadableKept(): Promise<number> {
    const { Environment: environment } = await this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: this.names.usageMeter }));
    const { Attributes: attributes } = await this.sqs.send(new GetQueueAttributesCommand({
      QueueUrl: environment?.Variables?.[Env.UNREADABLE_QUEUE_URL],
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }));
    return Object.values(attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  }

  /** The settings that the stack was deployed with; whatever an operator has changed since is not in them. */
  public async deployedSettings(): Promise<Settings> {
    const { Environment: environment } = await this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: this.names.budgetMonitor }));
    return parseSettings(JSON.parse(environment?.Variables?.[Env.DEPLOYED_SETTINGS] ?? '{}') as SettingTexts);
  }

  /** The sum of a metric that the meter has written into its log in embedded metric format. */
  public async meterMetric(metric: Metric): Promise<number> {
    return (await this.metric(this.names.usageMeter, metric)).reduce((sum, value) => sum + value, 0);
  }

  /** What a function has written of a metric into its log in embedded metric format, the newest last: a value for each invocation. */
  public async metric(functionName: string, metric: Metric): Promise<readonly number[]> {
    const { LoggingConfig: logging } = await this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    const values: number[] = [];
    for await (const page of paginateFilterLogEvents({ client: this.logs }, { logGroupName: logging?.LogGroup ?? `/aws/lambda/${functionName}` })) {
      values.push(...(page.events ?? []).flatMap(({ message = '' }) => metricIn(message, metric) ?? []));
    }
    return values;
  }

  private async scan(table: string): Promise<readonly Item[]> {
    const items: Record<string, AttributeValue>[] = [];
    for await (const page of paginateScan({ client: this.dynamoDb }, { TableName: table, ConsistentRead: true })) {
      items.push(...page.Items ?? []);
    }
    return items.map(toItem);
  }

  private keyOf(principalId: string) {
    return { TableName: this.names.budgetsTable, Key: { [BudgetAttribute.PRINCIPAL_ID]: { S: principalId } } };
  }
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function metricIn(message: string, metric: Metric): number | undefined {
  if (!message.includes(METRIC_NAMESPACE) || !message.includes(metric)) {
    return undefined;
  }
  try {
    const line = JSON.parse(message.slice(message.indexOf('{'))) as { readonly _aws?: unknown; readonly [name: string]: unknown };
    const value = line._aws === undefined ? undefined : line[metric];
    // A metric that was added more than once stands as a list of its values.
    return value === undefined ? undefined : [value].flat().reduce<number>((sum, part) => sum + Number(part), 0);
  } catch {
    return undefined;
  }
}

function unless(harmless: string): (error: Error) => void {
  return error => {
    if (error.name !== harmless) {
      throw error;
    }
  };
}
