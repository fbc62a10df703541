import { plainText } from '../lambdas/core/plain-text';
import { CommandContext, Credentials } from './command';
import { CommandFailure } from './command-failure';
import { HelpEntry } from './help';
import { OptionSpecs, OptionValues } from './options';
import { REGION_REMEDY, regionOf } from './region';
import { UsageError } from './usage-error';

export const AWS_OPTIONS = { region: { value: '<region>' }, profile: { value: '<name>' } } satisfies OptionSpecs;

export const AWS_HELP: readonly HelpEntry[] = [
  ['--region <region>', 'of the stack; or AWS_REGION, or that of the profile'],
  ['--profile <name>', 'whose credentials are used; or AWS_PROFILE'],
];

/** What every client of AWS is made with. */
export interface ClientSettings {
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  readonly maxAttempts: number;
}

/** @throws UsageError where nothing tells the region */
export async function clientSettings(options: OptionValues<typeof AWS_OPTIONS>, context: CommandContext): Promise<ClientSettings> {
  const region = await regionOf(options, context);
  if (!region) {
    throw new UsageError(`the region is missing: ${REGION_REMEDY}`);
  }
  return { region, credentials: () => context.credentials(options.profile), maxAttempts: 5 };
}

/** Errors of AWS as failures of the command, with what was asked for. Those of the command itself stay as they are. */
export async function asking<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CommandFailure || error instanceof UsageError) {
      throw error;
    }
    throw new CommandFailure(`${what}: ${problemOf(error)}`, { cause: error });
  }
}

/** The name of an error of AWS, and what it says; of a host that there is not, what that may come from. */
export function problemOf(error: unknown): string {
  const { name, message, code } = error as Error & { readonly code?: string };
  // The names of AWS's hosts are made of the region.
  const advice = code === 'ENOTFOUND' ? ': is the region right (--region, AWS_REGION or that of the profile), and is there a network?' : '';
  return `${plainText(`${name}: ${message}`, 400)}${advice}`;
}
