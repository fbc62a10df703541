import { BudgetContentionError } from '../core/decide-and-save';
import { RetryableIamError } from '../core/ports';
import { errorMessage, isTransient } from './aws-errors';

/**
 * Gives whatever may succeed later, from whichever service it comes, the name by which the state machines try a step again. Hundreds of
 * principals may be restored at one turn of a period: then the settings and the table throttle as IAM does.
 */
export async function retryably<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (isTransient(error) || isThrottledTable(error) || error instanceof BudgetContentionError) {
      throw new RetryableIamError(errorMessage(error), { cause: error });
    }
    throw error;
  }
}

function isThrottledTable(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'ProvisionedThroughputExceededException';
}
