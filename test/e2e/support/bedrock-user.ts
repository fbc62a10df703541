import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { IAMClient, PutRolePolicyCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { LocalCloud } from '../../local-cloud/local-cloud';
import { Credentials, keyOfUser, sessionOfRole } from './credentials';

const MAY_USE_BEDROCK = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'bedrock:*', Resource: '*' }] });

/** A user, or a session of a role, that tries to call models. */
export class BedrockUser {
  /** A user who may do everything in Bedrock. */
  public static async of(cloud: LocalCloud, userName: string): Promise<BedrockUser> {
    await new IAMClient(cloud.client).send(new PutUserPolicyCommand({ UserName: userName, PolicyName: 'bedrock', PolicyDocument: MAY_USE_BEDROCK }));
    return BedrockUser.with(cloud, await keyOfUser(cloud, userName));
  }

  /** A session of a role that may do everything in Bedrock. */
  public static async ofRole(cloud: LocalCloud, roleName: string): Promise<BedrockUser> {
    await new IAMClient(cloud.client).send(new PutRolePolicyCommand({ RoleName: roleName, PolicyName: 'bedrock', PolicyDocument: MAY_USE_BEDROCK }));
    return BedrockUser.with(cloud, await sessionOfRole(cloud, roleName));
  }

  /** Somebody whose policies are as they are. */
  public static with(cloud: LocalCloud, credentials: Credentials): BedrockUser {
    // The local cloud checks no signatures over HTTP/2, which is the default of this client; that of the control plane speaks HTTP/1.
    const { requestHandler } = new BedrockClient(cloud.client).config;
    return new BedrockUser(new BedrockRuntimeClient({ ...cloud.client, credentials, requestHandler }));
  }

  private constructor(private readonly bedrock: BedrockRuntimeClient) {}

  /** Calls a model. @returns `allowed`, or the name of the error */
  public async call(): Promise<string> {
    try {
      await this.bedrock.send(new ConverseCommand({ modelId: 'us.amazon.nova-pro-v1:0', messages: [{ role: 'user', content: [{ text: 'Good morning' }] }] }));
      return 'allowed';
    } catch (error) {
      return (error as Error).name;
    }
  }
}
