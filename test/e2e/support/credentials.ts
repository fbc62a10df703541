import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CreateAccessKeyCommand, IAMClient } from '@aws-sdk/client-iam';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { LocalCloud } from '../../local-cloud/local-cloud';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A new access key of a user. */
export async function keyOfUser(cloud: LocalCloud, userName: string): Promise<Credentials> {
  const { AccessKey: key } = await new IAMClient(cloud.client).send(new CreateAccessKeyCommand({ UserName: userName }));
  return { accessKeyId: key!.AccessKeyId!, secretAccessKey: key!.SecretAccessKey! };
}

/** A session of a role that trusts the account, taken as the AWS command line would by a profile. */
export async function sessionOfRole(cloud: LocalCloud, roleName: string, sessionName = 'e2e'): Promise<Credentials> {
  const { endpoint, region, credentials: { accessKeyId, secretAccessKey } } = cloud.client;
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'aws-profiles-'));
  const file = path.join(directory, 'config');
  try {
    fs.writeFileSync(file, [
      '[profile account]', `aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`,
      '[profile role]', 'source_profile = account', `role_arn = arn:aws:iam::${cloud.account}:role/${roleName}`, `role_session_name = ${sessionName}`, '',
    ].join('\n'));
    const { accessKeyId: id, secretAccessKey: secret, sessionToken } = await defaultProvider({
      profile: 'role', configFilepath: file, filepath: file, ignoreCache: true, clientConfig: { endpoint, region },
    })();
    return { accessKeyId: id, secretAccessKey: secret, sessionToken };
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}
