import { CommandFailure } from '../../command-failure';

const CREDENTIALS = /credential|token|signature|ExpiredToken|UnrecognizedClient|InvalidClientTokenId/i;

/** An error of AWS in words of what to do about it. */
export function awsFailure(what: string, permissions: string, error: unknown): CommandFailure {
  if (error instanceof CommandFailure) {
    return error;
  }
  const { name = 'Error', message = '' } = error as Error;
  const told = `${name}: ${message.slice(0, 300)}`;
  if (/AccessDenied|Forbidden|403/.test(name)) {
    return new CommandFailure(`${what} may not be read (${told}): the caller needs ${permissions}`, { cause: error });
  }
  if (/ResourceNotFound|NoSuchBucket|NotFound/.test(name)) {
    return new CommandFailure(`${what} is not there (${told}): check its name, the region (--region) and the account of the credentials (--profile)`, { cause: error });
  }
  if (CREDENTIALS.test(name)) {
    return new CommandFailure(`${what} cannot be read with these credentials (${told}): log in again, or name a profile by --profile`, { cause: error });
  }
  return new CommandFailure(`${what} cannot be read to its end (${told}): try again, with a shorter range of --from and --to where it is slow`, { cause: error });
}
