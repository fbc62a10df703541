import { EnforcerAction, EnforcerError, EnforcerOutcome } from '../../../../src/contract';
import { isoInstant } from '../../../../src/lambdas/core/budget-item';
import { enforce, EnforcerPorts } from '../../../../src/lambdas/core/enforcer';
import { CoreContext } from '../../../../src/lambdas/core/evaluator';
import { StartedWorkflow } from './surroundings';

/** How often the state machines retry a step, by the error's name; any other error fails the step at once. */
const RETRIES: Readonly<Record<string, number>> = { [EnforcerError.NOT_YET_VISIBLE]: 10, [EnforcerError.RETRYABLE]: 8, LambdaFailure: 8 };

type Next = EnforcerAction | 'wait' | 'succeeded' | 'failed';

/** An execution of either state machine: waits, asks the enforcer step by step, retries, branches, and records what failed for good. */
export class InMemoryExecution {
  private next: Next = 'wait';
  private readonly retries = new Map<string, number>();
  private failure?: { readonly failedStep: string; readonly error: string };

  constructor(public readonly started: StartedWorkflow, private readonly ports: EnforcerPorts, private readonly context: CoreContext) {}

  public get over(): boolean {
    return this.next === 'succeeded' || this.next === 'failed';
  }

  public get outcome(): Next {
    return this.next;
  }

  /** Whether there is something to do at this time. */
  public isDue(now: number): boolean {
    return !this.over && (this.next !== 'wait' || now >= Date.parse(this.started.input.notBefore));
  }

  /** Goes on by one state. */
  public async step(now: number): Promise<void> {
    if (!this.isDue(now)) {
      return;
    }
    if (this.next === 'wait') {
      this.go(this.started.workflow === 'suspension' ? EnforcerAction.RESTRICT : EnforcerAction.LIFT);
      return;
    }
    const action = this.next as EnforcerAction;
    try {
      const { outcome } = await this.ask(action, now);
      this.go(NEXT[`${action} ${outcome}`] ?? 'succeeded');
    } catch (error) {
      this.retryOrFail(action, error as Error);
    }
  }

  /** The last step is asked for again, as Step Functions and Lambda may do. */
  public async repeat(action: EnforcerAction, now: number): Promise<void> {
    await this.ask(action, now).catch(() => undefined);
  }

  /** Goes on until the end; for tests that do not care for the steps between. */
  public async run(now: number): Promise<this> {
    for (let steps = 0; this.isDue(now); steps += 1) {
      if (steps > 100) {
        throw new Error(`${this.started.executionName} does not come to an end`);
      }
      await this.step(now);
    }
    return this;
  }

  private ask(action: EnforcerAction, now: number) {
    const { input: workflow, executionName } = this.started;
    return enforce({ action, workflow, now: isoInstant(now), executionName, ...this.failure }, this.ports, this.context);
  }

  private retryOrFail(action: EnforcerAction, { name, message }: Error): void {
    const used = this.retries.get(name) ?? 0;
    if (used < (RETRIES[name] ?? 0)) {
      this.retries.set(name, used + 1);
    } else if (action === EnforcerAction.RECORD_FAILURE) {
      this.go('failed');
    } else {
      this.failure = { failedStep: action, error: `${name}: ${message}` };
      this.go(EnforcerAction.RECORD_FAILURE);
    }
  }

  private go(next: Next): void {
    this.next = next;
    this.retries.clear();
  }
}

const NEXT: Readonly<Record<string, Next>> = {
  [`${EnforcerAction.RESTRICT} ${EnforcerOutcome.APPLIED}`]: EnforcerAction.CONFIRM_SUSPENSION,
  [`${EnforcerAction.CONFIRM_SUSPENSION} ${EnforcerOutcome.LIFT}`]: EnforcerAction.LIFT,
  [`${EnforcerAction.LIFT} ${EnforcerOutcome.APPLIED}`]: EnforcerAction.CONFIRM_RESTORATION,
  [`${EnforcerAction.RECORD_FAILURE} ${EnforcerOutcome.RECORDED}`]: 'failed',
};
