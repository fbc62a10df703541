import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsCredentials } from '../../src/cli/aws-credentials';

const before = { ...process.env };
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credentials-'));
  process.env = { PATH: before.PATH, AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: join(directory, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials') };
});

afterEach(() => {
  process.env = before;
  rmSync(directory, { recursive: true });
});

const KEYS = '[admin]\naws_access_key_id = AKIDADMIN\naws_secret_access_key = secret\n';

test('come from the environment', async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' });
  expect(await awsCredentials({})()).toMatchObject({ accessKeyId: 'AKIDENV', secretAccessKey: 'secret', sessionToken: 'token' });
});

test('come from the profile that is named, by the option or AWS_PROFILE, before those of the environment, without a word', async () => {
  const warn = jest.spyOn(console, 'warn');
  writeFileSync(process.env.AWS_SHARED_CREDENTIALS_FILE!, KEYS);
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 'secret' });
  const credentials = awsCredentials({});
  expect(await credentials('admin')).toMatchObject({ accessKeyId: 'AKIDADMIN' });
  expect(await credentials()).toMatchObject({ accessKeyId: 'AKIDENV' });
  process.env.AWS_PROFILE = 'admin';
  expect(await awsCredentials({})()).toMatchObject({ accessKeyId: 'AKIDADMIN' });
  expect(warn).not.toHaveBeenCalled();
});

test('that are not there are told of, with what to do', async () => {
  await expect(awsCredentials({})('nobody')).rejects.toThrow(
    /^there are no AWS credentials to sign the request with in the profile "nobody" \(.+\): see whether "aws configure list-profiles" has it, log in \(aws sso login, aws login\), name another profile by --profile or AWS_PROFILE, or set AWS_ACCESS_KEY_ID/,
  );
});
