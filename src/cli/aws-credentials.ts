import { CommandContext, Credentials } from './command';
import { CommandFailure } from './command-failure';

/** Remembers what it found until it is about to expire. */
type Provider = () => Promise<Credentials>;

/**
 * The caller's credentials, from where the AWS command line has them: the environment, profiles with roles, processes and single sign-on,
 * containers and instances.
 *
 * The library is started only when somebody asks: `explain` needs no credentials, and does not wait for them.
 */
export function awsCredentials(env: CommandContext['env']): CommandContext['credentials'] {
  const providers = new Map<string | undefined, Provider>();
  return async profile => {
    const provider = providers.get(profile) ?? await providerFor(profile);
    providers.set(profile, provider);
    try {
      return await provider();
    } catch (error) {
      const named = profile ?? env.AWS_PROFILE;
      throw new CommandFailure(
        `there are no AWS credentials to sign the request with${named ? ` in the profile "${named}"` : ''} (${(error as Error).message.slice(0, 300)}): `
        + (named ? 'see whether "aws configure list-profiles" has it, log in (aws sso login, aws login), ' : 'log in (aws sso login, aws login), ')
        + `name ${named ? 'another' : 'a'} profile by --profile or AWS_PROFILE, or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where it is temporary, AWS_SESSION_TOKEN`,
        { cause: error },
      );
    }
  };
}

async function providerFor(profile: string | undefined): Promise<Provider> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider({ ...(profile === undefined ? {} : { profile }), logger: QUIET });
}

/** What the library has to say is about its own future. */
const QUIET = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // On purpose.
}
