import { CommandContext } from './command';

/** Where the region may stand, for the end of a message. */
export const REGION_REMEDY = 'write --region <region>, set AWS_REGION or AWS_DEFAULT_REGION, or give the profile a region (aws configure set region <region>)';

/** The region that somebody means, from where the AWS command line has it; `undefined` where nothing tells. */
export async function regionOf(
  { region, profile }: { readonly region?: string; readonly profile?: string }, { env, profileRegion }: Pick<CommandContext, 'env' | 'profileRegion'>,
): Promise<string | undefined> {
  return region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || await profileRegion(profile));
}

/**
 * The region of a profile: of the one that is named, else of the one in AWS_PROFILE, else of the default one; in the files that AWS_CONFIG_FILE and
 * AWS_SHARED_CREDENTIALS_FILE name, else in those of the home directory.
 */
export function regionOfProfiles(env: CommandContext['env']): CommandContext['profileRegion'] {
  return async profile => {
    const { loadSharedConfigFiles } = await import('@smithy/core/config');
    const { configFile, credentialsFile } = await loadSharedConfigFiles();
    const name = profile ?? (env.AWS_PROFILE || 'default');
    return configFile[name]?.region || credentialsFile[name]?.region || undefined;
  };
}
