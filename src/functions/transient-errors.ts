import { EnforcerError } from '../contract';

/** What a state machine tries again: what a function of ours could not get from AWS, and what Lambda itself could not do. */
export const TRANSIENT_ERRORS: readonly string[] = [
  EnforcerError.RETRYABLE,
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  // what Lambda reports where the function itself timed out
  'Sandbox.Timedout',
];
