import { asking, AWS_OPTIONS, clientSettings } from '../aws-clients';
import { CommandContext } from '../command';
import { OptionValues } from '../options';
import { UsageError } from '../usage-error';

/**
 * Refuses credentials of another account than that in which IAM is asked for people: nobody is there, and everybody would seem to be deleted. Everybody may
 * ask whose credentials they have.
 *
 * @param otherwise what can be done instead of giving others
 * @throws UsageError, CommandFailure
 */
export async function requireCallerIn(account: string, options: OptionValues<typeof AWS_OPTIONS>, context: CommandContext, otherwise = ''): Promise<void> {
  const settings = await clientSettings(options, context);
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const { Account: actual } = await asking('whose credentials these are cannot be found out', () => new STSClient(settings).send(new GetCallerIdentityCommand({})));
  if (actual !== account) {
    throw new UsageError(`the predecessor is in the account ${account}, but the credentials are of ${actual}, where its users and roles are not: `
      + `give those of ${account}, for instance by --profile${otherwise}`);
  }
}
