import type * as Synthesized from '../synthesized/synthesized-budgeteer';
import type * as Workflows from '../workflows/execution';
import { AwsCall, canFail, Fault, Way, WAYS } from './aws/faults';
import { violations, Violation } from './invariants';
import { Scenario } from './scenarios/scenario';
import { World } from './world';

export interface Outcome {
  readonly calls: readonly Pick<AwsCall, 'caller' | 'service' | 'operation'>[];
  /** Faults that met a call. */
  readonly met: World['cloud']['plan']['met'];
  readonly violations: readonly Violation[];
}

let machines: ConstructorParameters<typeof World>[0]['definitions'] | undefined;

/** The state machines as they are deployed. Loaded late: what it takes to synthesize them shares modules with the handlers, which are to be loaded first. */
export function definitions(): NonNullable<typeof machines> {
  if (!machines) {
    const { synthesizedBudgeteer } = jest.requireActual<typeof Synthesized>('../synthesized/synthesized-budgeteer');
    const { definitionOf } = jest.requireActual<typeof Workflows>('../workflows/execution');
    const synthesized = synthesizedBudgeteer({ agentCore: true });
    machines = { suspension: definitionOf(synthesized, 'suspension'), restoration: definitionOf(synthesized, 'restoration') };
  }
  return machines;
}

/** Runs a scenario in which these faults happen, until everything has come to rest. */
export async function explore(scenario: Scenario, faults: readonly Fault[]): Promise<Outcome> {
  const { at, settings, environment, timeZone } = scenario;
  const world = new World({ at, settings, environment, timeZone, faults, definitions: definitions() });
  try {
    scenario.prepare(world);
    await scenario.run(world);
    const broken = () => [...violations(world, scenario.denied), ...scenario.alsoBroken?.(world) ?? []];
    await world.settle(() => broken().length === 0, scenario.scheduled);
    return { calls: world.cloud.calls, met: world.cloud.plan.met, violations: broken() };
  } finally {
    world.close();
  }
}

/** Every call of a run without faults, in every way in which it can fail. */
export function singleFaults({ calls }: Pick<Outcome, 'calls'>): readonly Fault[] {
  return calls.flatMap((call, position) => WAYS.filter(way => canFail(call, way)).map((way: Way) => ({ position, way })));
}

export function told(scenario: Scenario, { calls, met, violations: broken }: Outcome, faults: readonly Fault[]): string {
  const where = met.map(({ position, caller, operation, way }) => `${way} at ${position} (${caller} ${operation})`).join(', ');
  const what = broken.map(([invariant, why]) => `  ${invariant}: ${why}`).join('\n');
  return `${scenario.name}, ${JSON.stringify(faults)}: ${where || 'nothing met'} of ${calls.length} calls:\n${what}`;
}
