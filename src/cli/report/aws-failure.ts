import { CommandFailure } from '../command-failure';

/**
 * What AWS refused, in words.
 *
 * @param what was asked of it
 * @param right that it takes
 */
export function awsFailure(error: unknown, what: string, right: string): CommandFailure {
  if (error instanceof CommandFailure) {
    return error;
  }
  const { name = 'error', message = '' } = error as Error;
  const advice = /AccessDenied|NotAuthorized|UnrecognizedClient|ExpiredToken/.test(name)
    ? `: the credentials need ${right}`
    : /Throughput|Throttl|TooManyRequests/.test(name) ? ': wait some minutes and try again' : '';
  return new CommandFailure(`${what} did not work (${name}: ${message.slice(0, 300)})${advice}`, { cause: error });
}
