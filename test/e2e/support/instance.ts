import { AttributeValue, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Env, SettingName } from '../../../src/contract';
import { MonitorSummary } from '../../../src/lambdas/core/monitor';
import { DeployedBudgeteer, LogLine } from '../../deployed/deployed-budgeteer';
import { NeverHappenedError, Patience, until } from '../../deployed/until';
import { LocalCloud } from '../../local-cloud/local-cloud';
import { Call, lineOf } from './calls';
import { handlerLogs, LoggedMessage } from './handler-logs';
import { Inbox } from './inbox';
import { AuditRow, auditRowOf } from './instance-audit';
import { InstanceNames } from './instance-names';
import { Order } from './runbook';
import { Identity, Spender } from './spender';

/** For services, and for tests that try what the role may do. */
const trustPolicy = (account: string) => JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com', 'bedrock-agentcore.amazonaws.com'] }, Action: 'sts:AssumeRole' },
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' },
  ],
});

const MINUTE_MS = 60_000;

/** One deployed `BedrockBudgeteer`, with everything that tests play around it: Bedrock, operators, the clock, IAM. */
export class Instance {
  public readonly budgeteer: DeployedBudgeteer;
  public readonly alerts: Inbox;
  public readonly operations: Inbox;
  private readonly dynamoDb: DynamoDBClient;
  private readonly lambda: LambdaClient;

  constructor(public readonly cloud: LocalCloud, public readonly names: InstanceNames) {
    this.budgeteer = new DeployedBudgeteer(cloud.client, names);
    this.alerts = new Inbox(cloud.client, names.alertsInbox);
    this.operations = new Inbox(cloud.client, names.operationsInbox);
    this.dynamoDb = new DynamoDBClient(cloud.client);
    this.lambda = new LambdaClient(cloud.client);
  }

  // ---- who spends

  /** Makes a user in IAM. */
  public async user(name: string, path = '/'): Promise<Spender> {
    await new IAMClient(this.cloud.client).send(new CreateUserCommand({ UserName: name, Path: path }));
    return this.knownUser(name, path);
  }

  /** A user that somebody else made, or that does not exist. */
  public knownUser(name: string, path = '/'): Spender {
    const { account } = this.cloud;
    return this.spender({ type: 'user', name, arn: `arn:aws:iam::${account}:user${path}${name}`, principalId: `iam-user/${account}/${name}` });
  }

  /** Makes a role in IAM; Bedrock logs its sessions, without its path. */
  public async role(name: string, path = '/'): Promise<Spender> {
    const { account } = this.cloud;
    await new IAMClient(this.cloud.client).send(new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument: trustPolicy(account) }));
    return this.spender({ type: 'role', name, arn: `arn:aws:sts::${account}:assumed-role/${name}/session`, principalId: `iam-role/${account}/${name}` });
  }

  public spender(identity: Identity): Spender {
    return new Spender(this, identity);
  }

  // ---- Bedrock

  public lineOf(call: Call, identityArn: string, at = new Date()): LogLine {
    const { account, region } = this.cloud;
    return lineOf(call, { identityArn, account, region }, at);
  }

  public log(lines: readonly LogLine[]): Promise<void> {
    return this.budgeteer.log(lines);
  }

  // ---- operators

  public async updateBudget(principalId: string, { expression, names, values }: Order): Promise<void> {
    await this.dynamoDb.send(new UpdateItemCommand({
      TableName: this.names.budgetsTable,
      Key: { principalId: { S: principalId } },
      UpdateExpression: expression,
      ExpressionAttributeNames: names as Record<string, string> | undefined,
      ExpressionAttributeValues: values as Record<string, AttributeValue> | undefined,
    }));
  }

  public async setSetting(name: SettingName, value: string): Promise<void> {
    await new SSMClient(this.cloud.client).send(new PutParameterCommand({ Name: `${this.names.settingsPath}/${name}`, Value: value, Overwrite: true }));
  }

  // ---- the clock

  /** Runs the monitor as its schedule would so much later. Workflows know no later time but the wall clock's, so from now on they do not wait at all. */
  public async runMonitorIn(minutes: number): Promise<MonitorSummary> {
    await this.cloud.setWaitScale(0);
    return this.budgeteer.runMonitor(new Date(Date.now() + minutes * MINUTE_MS));
  }

  /**
   * Has every handler start anew, as it would after a while without work: what it keeps in memory for a minute is gone.
   *
   * @param iam whether IAM is enforced, which stays as it is
   */
  public restartHandlers(iam: 'open' | 'enforced' = 'open'): Promise<void> {
    return this.cloud.enforceIam(iam === 'enforced');
  }

  // ---- handlers

  /** Calls a handler, and waits for its answer. */
  public async invoke(functionName: string, payload: unknown): Promise<unknown> {
    const request = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(payload) });
    const { FunctionError: failure, Payload: answer } = await this.lambda.send(request);
    const text = Buffer.from(answer ?? []).toString('utf8');
    if (failure) {
      throw new Error(`${functionName} failed: ${text.slice(0, 1000)}`);
    }
    return text ? JSON.parse(text) : undefined;
  }

  /** Hands an event to a handler as the services of AWS do, who do not wait. */
  public async invokeLater(functionName: string, payload: unknown): Promise<void> {
    await this.lambda.send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload: JSON.stringify(payload) }));
  }

  public async environmentOf(functionName: string, key: keyof typeof Env): Promise<string> {
    const { Environment: environment } = await this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    return environment?.Variables?.[Env[key]] ?? '';
  }

  public handlerLogs(): Promise<readonly LoggedMessage[]> {
    return handlerLogs(this.cloud.client, this.names.deploymentId);
  }

  // ---- what came of it

  public async audit(): Promise<readonly AuditRow[]> {
    return (await this.budgeteer.auditTrail()).map(auditRowOf);
  }

  /**
   * Asks again and again until there is an answer. Where none comes, the error tells how things stand.
   *
   * @param principalId who it is about
   */
  public async eventually<T extends object>(what: string, ask: () => Promise<T | string>, principalId?: string, patience?: Patience): Promise<T> {
    try {
      return await until(what, ask, patience);
    } catch (error) {
      if (error instanceof NeverHappenedError) {
        error.message = `${error.message}\n\n${await this.howThingsStand(principalId)}`;
      }
      throw error;
    }
  }

  /** What IAM refused to handlers, whose rights are those of their own roles: nothing, unless a right is missing. */
  public async refusals(): Promise<readonly string[]> {
    const found = (await this.handlerLogs()).flatMap(({ message }) => /User: \S+ is not authorized to perform: \S+(?: on resource: \S+)?/.exec(message) ?? []);
    return [...new Set(found)];
  }

  private async howThingsStand(principalId: string | undefined): Promise<string> {
    const problems = distinct((await this.handlerLogs()).flatMap(({ functionName, message }) => problemIn(message)?.concat(` (${functionName})`) ?? []));
    const rows = (await this.audit()).filter(({ subject }) => principalId === undefined || subject === principalId);
    return [
      ...principalId === undefined ? [] : [`budget of ${principalId}:`, JSON.stringify(await this.rawBudget(principalId), undefined, 2)],
      'IAM denies:', `  ${[...await this.budgeteer.denied()].join(', ') || 'nobody'}`,
      'audit trail:', ...rows.slice(-20).map(({ occurredAt, type, actor, reason }) => `  ${occurredAt} ${type} (${actor}): ${reason}`),
      'problems in the logs of the handlers:', ...problems.slice(-20).map(problem => `  ${problem}`),
      `more in ${this.cloud.logFile}`,
    ].join('\n');
  }

  private async rawBudget(principalId: string): Promise<Record<string, AttributeValue> | undefined> {
    const { Item: item } = await this.dynamoDb.send(new GetItemCommand({ TableName: this.names.budgetsTable, Key: { principalId: { S: principalId } } }));
    return item;
  }
}

/** What a handler had to complain of, without everything that is the same in each of its lines. */
function problemIn(message: string): string | undefined {
  if (!message.startsWith('{')) {
    return /error/i.test(message) ? message.slice(0, 500) : undefined;
  }
  const { level, message: text, problem } = JSON.parse(message) as { readonly level?: string; readonly message?: string; readonly problem?: string };
  return level === 'ERROR' || level === 'WARN' ? `${level} ${text}${problem ? `: ${problem}` : ''}` : undefined;
}

/** In the order of their first, with their number. */
function distinct(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  texts.forEach(text => counts.set(text, (counts.get(text) ?? 0) + 1));
  return [...counts].map(([text, count]) => (count > 1 ? `${count} times: ${text}` : text));
}
