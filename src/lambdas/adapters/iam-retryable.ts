import { RetryableIamError } from '../core/ports';
import { errorCode, errorMessage, isError, isTransient } from './aws-errors';

/** Gives errors of IAM that may pass the name by which the state machines try again. */
export async function retryableIam<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isTransient(error) || isError(error, 'ConcurrentModification', 'EntityTemporarilyUnmodifiable')) {
      throw new RetryableIamError(`${errorCode(error)}: ${errorMessage(error)}`, { cause: error });
    }
    throw error;
  }
}
