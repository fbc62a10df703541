import { problemOf } from './aws-clients';
import { CommandFailure } from './command-failure';

/** What to do about an error, by its name. */
const ADVICE: readonly [RegExp, advice: (right: string) => string][] = [
  [/AccessDenied|NotAuthorized|Forbidden|403/, right => `: the credentials need ${right}`],
  [/credential|token|signature|UnrecognizedClient/i, () => ': log in again, or name a profile by --profile'],
  [/NoSuchBucket|NotFound/, () => ': check its name, the region (--region) and the account of the credentials (--profile)'],
  [/Throughput|Throttl|TooManyRequests|SlowDown/, () => ': wait some minutes and try again'],
  [/Timeout|Network|ECONN|InternalServer|ServiceUnavailable|InternalError/, () => ': try again'],
];

/**
 * What AWS refused, in words of what to do about it. A failure of the command itself stays as it is.
 *
 * @param what was asked of it, such as "reading the tables"
 * @param right that it takes
 */
export function awsFailure(error: unknown, what: string, right: string): CommandFailure {
  if (error instanceof CommandFailure) {
    return error;
  }
  const { name = 'Error' } = error as Error;
  const advice = ADVICE.find(([names]) => names.test(name))?.[1](right) ?? '';
  return new CommandFailure(`${what} did not work (${problemOf(error)})${advice}`, { cause: error });
}
