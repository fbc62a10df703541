import { EnforcerAction } from '../../../src/contract';
import { Budget } from '../../../src/lambdas/core/budget';
import { isoInstant } from '../../../src/lambdas/core/budget-item';
import { enforce } from '../../../src/lambdas/core/enforcer';
import { ALICE, MINUTE, NOON } from './builders';
import { InMemoryDeployment } from './in-memory/deployment';

/** A deployment with one budget, and the steps of enforcement that its state machines ask for. */
export function given(budget: Budget, inIam: Parameters<InMemoryDeployment['given']>[1] = {}) {
  const world = new InMemoryDeployment();
  world.given(budget, inIam);
  const ask = (action: EnforcerAction, { now = NOON, principalId = ALICE, failedStep, error }: Partial<Record<'principalId' | 'failedStep' | 'error', string>> & { readonly now?: number } = {}) =>
    enforce({
      action,
      workflow: { principalId, revision: 3, notBefore: isoInstant(NOON), asOf: isoInstant(NOON - 5 * MINUTE) },
      now: isoInstant(now),
      executionName: 'execution',
      ...(failedStep ? { failedStep } : {}),
      ...(error ? { error } : {}),
    }, world.enforcerPorts, world.context);
  return { world, ask };
}

/** Something happens right before the next call of this name. */
export function meanwhile(world: InMemoryDeployment, call: string, happens: () => void): void {
  world.faults.draw = made => {
    if (made === call) {
      world.faults.draw = () => undefined;
      happens();
    }
    return undefined;
  };
}
