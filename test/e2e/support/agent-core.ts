import { randomUUID } from 'node:crypto';
import {
  BedrockAgentCoreControlClient, CreateAgentRuntimeCommand, DeleteAgentRuntimeCommand, UpdateAgentRuntimeCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { LocalCloud } from '../../local-cloud/local-cloud';
import { Instance } from './instance';
import { Spender } from './spender';

/** A runtime in AgentCore. */
export interface Runtime {
  readonly id: string;
  readonly principalId: string;
  /** What it spends: its calls are logged under its execution role, in a session of its own. */
  readonly spender: Spender;
}

export interface RuntimeOptions {
  readonly tags?: Record<string, string>;
  /** Whether there is a trail that tells of it. @default true */
  readonly trail?: boolean;
}

const ARTIFACT = { containerConfiguration: { containerUri: '000000000000.dkr.ecr.us-east-1.amazonaws.com/agent:1' } };
const NETWORK = { networkMode: 'PUBLIC' as const };

/** Whoever makes runtimes: calls AgentCore, and lets CloudTrail tell of it where nothing else is said. */
export class AgentCore {
  private readonly control: BedrockAgentCoreControlClient;
  private readonly events: EventBridgeClient;
  private readonly cloud: LocalCloud;

  constructor(private readonly instance: Instance, private readonly creator: string) {
    this.cloud = instance.cloud;
    this.control = new BedrockAgentCoreControlClient(this.cloud.client);
    this.events = new EventBridgeClient(this.cloud.client);
  }

  public async create(name: string, role: Spender, { tags, trail = true }: RuntimeOptions = {}): Promise<Runtime> {
    const request = { agentRuntimeName: name, agentRuntimeArtifact: ARTIFACT, roleArn: this.roleArn(role), networkConfiguration: NETWORK, tags };
    const { agentRuntimeId: id, agentRuntimeArn, agentRuntimeVersion, createdAt, status } = await this.control.send(new CreateAgentRuntimeCommand(request));
    if (trail) {
      await this.tell('CreateAgentRuntime', request, { agentRuntimeArn, agentRuntimeId: id, agentRuntimeVersion, createdAt, status });
    }
    const { account, region } = this.cloud;
    const principalId = `agent-runtime/${account}/${region}/${id}`;
    return { id: id!, principalId, spender: this.spenderOf(name, principalId, role) };
  }

  /** The runtime runs as another role from now on. */
  public async changeRole({ id, principalId, spender }: Runtime, role: Spender): Promise<Spender> {
    const request = { agentRuntimeId: id, agentRuntimeArtifact: ARTIFACT, roleArn: this.roleArn(role), networkConfiguration: NETWORK };
    const { agentRuntimeArn, agentRuntimeVersion, createdAt, lastUpdatedAt, status } = await this.control.send(new UpdateAgentRuntimeCommand(request));
    await this.tell('UpdateAgentRuntime', request, { agentRuntimeArn, agentRuntimeId: id, agentRuntimeVersion, createdAt, lastUpdatedAt, status });
    return this.spenderOf(spender.identity.name, principalId, role);
  }

  public async delete({ id }: Runtime, { trail = true }: Pick<RuntimeOptions, 'trail'> = {}): Promise<void> {
    const { status } = await this.control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId: id }));
    if (trail) {
      await this.tell('DeleteAgentRuntime', { agentRuntimeId: id }, { agentRuntimeId: id, status });
    }
  }

  /** What the runtimes of a role share. */
  public shared(role: Spender): Spender {
    const { account, region } = this.cloud;
    return this.spenderOf(role.identity.name, `agent-role/${account}/${region}/${role.identity.name}`, role);
  }

  private spenderOf(name: string, principalId: string, role: Spender): Spender {
    const arn = role.identity.arn.replace(/[^/]+$/, `BedrockAgentCore-${randomUUID()}`);
    return this.instance.spender({ type: 'runtime', name, arn, principalId, deniedAs: role.id });
  }

  private roleArn({ identity: { name } }: Spender): string {
    return `arn:aws:iam::${this.cloud.account}:role/${name}`;
  }

  /** As CloudTrail puts it on the default bus. */
  private async tell(eventName: string, requestParameters: object, responseElements: object): Promise<void> {
    const { account, region } = this.cloud;
    const at = new Date();
    const detail = {
      eventVersion: '1.11',
      userIdentity: { type: 'IAMUser', principalId: 'AIDAEXAMPLE', arn: this.creator, accountId: account, userName: this.creator.split('/').at(-1) },
      eventTime: at.toISOString().replace(/\.\d{3}Z$/, 'Z'),
      eventSource: 'bedrock-agentcore.amazonaws.com',
      eventName,
      awsRegion: region,
      sourceIPAddress: '192.0.2.1',
      userAgent: 'aws-cli/2',
      requestParameters,
      responseElements,
      requestID: randomUUID(),
      eventID: randomUUID(),
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: 'Management',
    };
    await this.events.send(new PutEventsCommand({
      Entries: [{ Time: at, Source: 'aws.bedrock-agentcore', DetailType: 'AWS API Call via CloudTrail', Detail: JSON.stringify(detail) }],
    }));
  }
}
