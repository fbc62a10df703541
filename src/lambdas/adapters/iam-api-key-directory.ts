import { IAMClient, ListServiceSpecificCredentialsCommand, ListServiceSpecificCredentialsRequest } from '@aws-sdk/client-iam';
import { ApiKeyDirectory } from '../core/ports';
import { isError } from './aws-errors';

/** A Bedrock API key is a service-specific credential of this service. */
const SERVICE_NAME = 'bedrock.amazonaws.com';

/** Who holds a Bedrock API key. An inactive key counts: it can be switched on at any time. */
export class IamApiKeyDirectory implements ApiKeyDirectory {
  constructor(private readonly client: IAMClient) {}

  public async holdsApiKey(userName: string): Promise<boolean> {
    try {
      for await (const _ of this.holders({ UserName: userName })) {
        return true;
      }
      return false;
    } catch (error) {
      if (isError(error, 'NoSuchEntity')) {
        return false;
      }
      throw error;
    }
  }

  public async* list(): AsyncIterable<string> {
    const seen = new Set<string>();
    for await (const userName of this.holders({ AllUsers: true })) {
      // A user may hold two keys.
      if (!seen.has(userName)) {
        seen.add(userName);
        yield userName;
      }
    }
  }

  private async* holders(request: ListServiceSpecificCredentialsRequest): AsyncIterable<string> {
    let marker: string | undefined;
    do {
      const page = await this.client.send(new ListServiceSpecificCredentialsCommand({ ...request, ServiceName: SERVICE_NAME, Marker: marker }));
      for (const { UserName: userName } of page.ServiceSpecificCredentials ?? []) {
        yield userName!;
      }
      marker = page.IsTruncated ? page.Marker : undefined;
    } while (marker);
  }
}
