import { CommandContext } from '../command';
import { HelpEntry } from '../help';
import { OptionSpecs, OptionValues } from '../options';
import { AdministrationClient } from './administration-client';
import { endpointOf } from './endpoint';
import { signerOf } from './signing';

export const CONNECTION_OPTIONS = {
  url: { value: '<url>' },
  region: { value: '<region>' },
  profile: { value: '<name>' },
} satisfies OptionSpecs;

export const CONNECTION_HELP: readonly HelpEntry[] = [
  ['--url <url>', 'of budget-manager, or set BUDGETEER_URL: the output that a stack makes of "administrationUrl", with "administration: true"'],
  ['--region <region>', 'to sign for where the URL does not tell; or AWS_REGION, or that of the profile'],
  ['--profile <name>', 'whose credentials sign the request; or AWS_PROFILE'],
];

/** budget-manager, and whether somebody wants to stop. */
export interface Connection {
  readonly client: AdministrationClient;
  readonly interrupted: AbortSignal;
}

/** Nothing is sent yet. @throws UsageError */
export async function connect(options: OptionValues<typeof CONNECTION_OPTIONS>, context: CommandContext): Promise<Connection> {
  const endpoint = await endpointOf(options, context);
  const interrupted = context.interruption();
  const sign = await signerOf(endpoint, () => context.credentials(options.profile));
  return { client: new AdministrationClient(endpoint.url, sign, { now: context.now, pause: context.pause, interrupted }), interrupted };
}
