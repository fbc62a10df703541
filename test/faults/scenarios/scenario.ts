import { Violation } from '../invariants';
import { World, WorldOptions } from '../world';

/** Something that happens in a deployment, step by step. */
export interface Scenario extends Pick<WorldOptions, 'settings' | 'environment' | 'timeZone'> {
  readonly name: string;
  /** When it begins, epoch milliseconds. */
  readonly at: number;
  /** Who is denied in the end. */
  readonly denied: readonly string[];
  /** Handlers that a schedule invokes beside the monitor. */
  readonly scheduled?: readonly string[];
  prepare(world: World): void;
  run(world: World): Promise<void>;
  /** What must hold beside the invariants. */
  alsoBroken?(world: World): readonly Violation[];
}
