import { randomUUID } from 'node:crypto';
import { BedrockAgentCoreControlClient, CreateAgentRuntimeCommand, CreateAgentRuntimeCommandInput } from '@aws-sdk/client-bedrock-agentcore-control';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ClientSettings } from '../test/deployed/deployed-budgeteer';

const CREATOR = { type: 'IAMUser', principalId: 'AIDAEXAMPLE', userName: 'developer' } as const;

/** Makes runtimes, as a developer does; and plays CloudTrail, which the local cloud lacks. */
export class AgentCore {
  private readonly control: BedrockAgentCoreControlClient;
  private readonly events: EventBridgeClient;

  constructor(settings: ClientSettings, private readonly account: string) {
    this.control = new BedrockAgentCoreControlClient(settings);
    this.events = new EventBridgeClient(settings);
  }

  /** @returns AgentCore's id of the runtime */
  public async createRuntime(name: string, roleName: string): Promise<string> {
    const region = await this.control.config.region();
    const request: CreateAgentRuntimeCommandInput = {
      agentRuntimeName: name,
      // Nothing is ever run.
      agentRuntimeArtifact: { containerConfiguration: { containerUri: `${this.account}.dkr.ecr.${region}.amazonaws.com/agents:${name}` } },
      roleArn: `arn:aws:iam::${this.account}:role/${roleName}`,
      networkConfiguration: { networkMode: 'PUBLIC' },
    };
    const { agentRuntimeId, agentRuntimeArn, agentRuntimeVersion, createdAt, status } = await this.control.send(new CreateAgentRuntimeCommand(request));
    await this.tell('CreateAgentRuntime', region, request, { agentRuntimeId, agentRuntimeArn, agentRuntimeVersion, createdAt, status });
    return agentRuntimeId!;
  }

  /** As CloudTrail does, on the default bus. */
  private async tell(eventName: string, region: string, requestParameters: object, responseElements: object): Promise<void> {
    const at = new Date();
    const detail = {
      eventVersion: '1.11',
      userIdentity: { ...CREATOR, accountId: this.account, arn: `arn:aws:iam::${this.account}:user/${CREATOR.userName}` },
      eventTime: at.toISOString().replace(/\.\d{3}Z$/, 'Z'),
      eventSource: 'bedrock-agentcore.amazonaws.com',
      eventName,
      awsRegion: region,
      requestParameters,
      responseElements,
      requestID: randomUUID(),
      eventID: randomUUID(),
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: this.account,
      eventCategory: 'Management',
    };
    await this.events.send(new PutEventsCommand({
      Entries: [{ Time: at, Source: 'aws.bedrock-agentcore', DetailType: 'AWS API Call via CloudTrail', Detail: JSON.stringify(detail) }],
    }));
  }
}
