import { CommandContext } from '../command';
import { REGION_REMEDY, regionOf } from '../region';
import { UsageError } from '../usage-error';

/** Where budget-manager listens, and the region that requests are signed for. */
export interface Endpoint {
  readonly url: URL;
  readonly region: string;
}

interface Given {
  readonly url?: string;
  readonly region?: string;
  readonly profile?: string;
}

type Surroundings = Pick<CommandContext, 'env' | 'profileRegion'>;

/** The URL of a Lambda function names its region. */
const FUNCTION_HOST = /^[a-z0-9]+\.lambda-url\.([a-z0-9-]+)\.on\.aws$/;

/** The only hosts to which signed requests may go in the clear: they stay on the machine. */
const LOCAL_HOSTS = ['127.0.0.1', 'localhost'];

/**
 * Reads where to send requests from the options, and from the environment where they do not tell.
 *
 * @throws UsageError
 */
export async function endpointOf(given: Given, context: Surroundings): Promise<Endpoint> {
  const text = given.url ?? context.env.BUDGETEER_URL;
  if (!text) {
    throw new UsageError('the URL of budget-manager is missing: write --url <url> or set BUDGETEER_URL. It is the output that a stack makes of `administrationUrl`, '
      + 'which a BedrockBudgeteer with `administration: true` has (aws cloudformation describe-stacks --stack-name <name> --query "Stacks[0].Outputs")');
  }
  const url = urlOf(text);
  return { url, region: await signedRegionOf(url, given, context) };
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && LOCAL_HOSTS.includes(url.hostname))) {
    return url;
  }
  throw new UsageError(`"${text.slice(0, 200)}" is no URL to send a signed request to: write it like https://<id>.lambda-url.<region>.on.aws/`
    + `; http:// is for ${LOCAL_HOSTS.join(' and ')} alone`);
}

async function signedRegionOf(url: URL, given: Given, context: Surroundings): Promise<string> {
  const named = FUNCTION_HOST.exec(url.hostname)?.[1];
  if (named !== undefined && given.region !== undefined && given.region !== named) {
    throw new UsageError(`--region is "${given.region}", but the URL is one of ${named}: leave --region out, or give the URL of the other region`);
  }
  const region = named ?? await regionOf(given, context);
  if (!region) {
    throw new UsageError(`the URL "${url.host}" does not tell its region: ${REGION_REMEDY}`);
  }
  return region;
}
