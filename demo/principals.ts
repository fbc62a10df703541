import { CreateRoleCommand, CreateUserCommand, IAMClient, ListAttachedRolePoliciesCommand, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam';
import { BedrockUser } from '../test/e2e/support/bedrock-user';
import { LocalCloud } from '../test/local-cloud/local-cloud';
import { AgentCore } from './agent-core';
import { CastMember } from './fixture/cast';
import { Place } from './fixture/identities';

/** The users and roles of the demonstration in IAM, and its runtimes in AgentCore. */
export class Principals {
  private readonly iam: IAMClient;
  private readonly agentCore: AgentCore;
  private readonly runtimeIds = new Map<string, string>();

  constructor(private readonly cloud: LocalCloud) {
    this.iam = new IAMClient(cloud.client);
    this.agentCore = new AgentCore(cloud.client, cloud.account);
  }

  public get place(): Place {
    return { account: this.cloud.account, region: this.cloud.region, runtimeIds: this.runtimeIds };
  }

  public async create({ type, name, path, runtimes }: CastMember): Promise<void> {
    if (type === 'user') {
      await this.iam.send(new CreateUserCommand({ UserName: name, Path: path }));
    } else {
      await this.iam.send(new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument: trustPolicy(this.cloud.account) }));
    }
    await Promise.all(runtimes.map(async runtime => {
      this.runtimeIds.set(runtime, await this.agentCore.createRuntime(runtime, name));
    }));
  }

  /** What lets somebody call Bedrock, as far as nothing denies it: the key of a user, a session of a role. */
  public keyOf({ type, name }: CastMember): Promise<BedrockUser> {
    return type === 'user' ? BedrockUser.of(this.cloud, name) : BedrockUser.ofRole(this.cloud, name);
  }

  /** Whatever is attached: nothing, unless the deny policy is. */
  public async attachedPolicies({ type, name }: CastMember): Promise<readonly string[]> {
    const { AttachedPolicies: attached = [] } = type === 'user'
      ? await this.iam.send(new ListAttachedUserPoliciesCommand({ UserName: name }))
      : await this.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
    return attached.map(({ PolicyArn: arn }) => arn!);
  }
}

/** Who assumes the roles does not matter to the system; the demonstration does, to call in their names. */
function trustPolicy(account: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: ['bedrock-agentcore.amazonaws.com', 'lambda.amazonaws.com'] }, Action: 'sts:AssumeRole' },
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' },
    ],
  });
}
