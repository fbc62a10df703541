import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { CreateAccessKeyCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { LocalCloud } from '../../local-cloud/local-cloud';

const MAY_USE_BEDROCK = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'bedrock:*', Resource: '*' }] });

/** A user who may do everything in Bedrock, and tries to. */
export class BedrockUser {
  public static async of(cloud: LocalCloud, userName: string): Promise<BedrockUser> {
    const iam = new IAMClient(cloud.client);
    await iam.send(new PutUserPolicyCommand({ UserName: userName, PolicyName: 'bedrock', PolicyDocument: MAY_USE_BEDROCK }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: userName }));
    const credentials = { accessKeyId: key!.AccessKeyId!, secretAccessKey: key!.SecretAccessKey! };
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
