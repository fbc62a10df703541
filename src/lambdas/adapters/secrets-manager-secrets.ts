import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Secrets, SigningSecretError } from '../core/alerts/tell';

/** Secrets, read anew each time: alerts are few, and a secret that was rotated holds at once. */
export class SecretsManagerSecrets implements Secrets {
  constructor(private readonly client: SecretsManagerClient) {}

  /** @throws SigningSecretError where the secret is no text */
  public async read(arn: string): Promise<string> {
    const { SecretString: text } = await this.client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (text === undefined) {
      throw new SigningSecretError('a secret that signs webhooks is binary, expected is text');
    }
    return text;
  }
}
