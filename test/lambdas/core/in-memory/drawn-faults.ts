import * as fc from 'fast-check';
import { RetryableIamError } from '../../../../src/lambdas/core/ports';
import { Faults, Moment } from './faults';

/** A fault that a property draws: it meets one call of those that follow. */
export interface DrawnFault {
  readonly afterCalls: number;
  readonly moment: Moment;
  readonly kind: 'passing' | 'timeout' | 'final';
}

export const drawnFaults: fc.Arbitrary<DrawnFault | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.record({
      afterCalls: fc.nat(6), moment: fc.constantFrom<Moment>('before', 'after'), kind: fc.constantFrom('passing' as const, 'timeout' as const, 'final' as const),
    }),
  },
);

/** From now on this fault is waiting, and no other. */
export function armWith(fault: DrawnFault | undefined, faults: Faults): void {
  let left = fault?.afterCalls ?? 0;
  let used = fault === undefined;
  faults.draw = call => {
    if (used || left > 0) {
      left -= 1;
      return undefined;
    }
    used = true;
    return { moment: fault!.moment, error: errorFor(fault!.kind, call) };
  };
}

function errorFor(kind: DrawnFault['kind'], call: string): Error {
  if (kind === 'final') {
    return new Error(`AccessDenied: ${call}`);
  }
  if (call.startsWith('iam.') && kind === 'passing') {
    return new RetryableIamError('Throttling');
  }
  return Object.assign(new Error(`${call}: the function timed out`), { name: 'LambdaFailure' });
}
