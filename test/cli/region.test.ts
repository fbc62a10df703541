import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientSettings } from '../../src/cli/aws-clients';
import { regionOf, regionOfProfiles } from '../../src/cli/region';
import { UsageError } from '../../src/cli/usage-error';

const CONFIG = '[default]\nregion = eu-central-1\n\n[profile team]\nregion = eu-west-1\n\n[profile bare]\noutput = json\n';

const before = { ...process.env };
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'region-'));
  process.env = { PATH: before.PATH, AWS_CONFIG_FILE: join(directory, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials') };
});

afterEach(() => {
  process.env = before;
  rmSync(directory, { recursive: true });
});

/** In an environment of its own beside the files. */
function region(options: { readonly region?: string; readonly profile?: string }, env: Record<string, string> = {}) {
  return regionOf(options, { env, profileRegion: regionOfProfiles(env) });
}

test.each<[Parameters<typeof region>[0], Record<string, string>, string | undefined]>([
  [{ region: 'us-east-1', profile: 'team' }, { AWS_REGION: 'us-east-2', AWS_DEFAULT_REGION: 'us-west-1' }, 'us-east-1'],
  [{ profile: 'team' }, { AWS_REGION: 'us-east-2', AWS_DEFAULT_REGION: 'us-west-1' }, 'us-east-2'],
  [{ profile: 'team' }, { AWS_REGION: '', AWS_DEFAULT_REGION: 'us-west-1' }, 'us-west-1'],
  [{ profile: 'team' }, { AWS_PROFILE: 'bare' }, 'eu-west-1'],
  [{}, { AWS_PROFILE: 'team' }, 'eu-west-1'],
  [{}, { AWS_PROFILE: '' }, 'eu-central-1'],
  [{}, {}, 'eu-central-1'],
  [{ profile: 'bare' }, {}, undefined],
  [{ profile: 'nobody' }, {}, undefined],
])('%j in %j is %s', async (options, env, expected) => {
  writeFileSync(process.env.AWS_CONFIG_FILE!, CONFIG);
  expect(await region(options, env)).toBe(expected);
});

test('that stands beside the keys of a profile counts as well', async () => {
  writeFileSync(process.env.AWS_SHARED_CREDENTIALS_FILE!, '[team]\naws_access_key_id = AKIA\nregion = ap-south-1\n');
  expect(await region({ profile: 'team' })).toBe('ap-south-1');
});

test('that is nowhere is told of, with all places', async () => {
  const context = { env: {}, profileRegion: regionOfProfiles({}) } as Parameters<typeof clientSettings>[1];
  const settings = clientSettings({}, context);
  await expect(settings).rejects.toThrow(UsageError);
  await expect(settings).rejects.toThrow(
    'the region is missing: write --region <region>, set AWS_REGION or AWS_DEFAULT_REGION, or give the profile a region (aws configure set region <region>)',
  );
});
