import { AsyncLocalStorage } from 'node:async_hooks';
import { Context } from 'aws-lambda';
import { Handler } from '../../../src/contract';
import { handler as agentRegistrar } from '../../../src/lambdas/agent-registrar/agent-registrar.lambda';
import { handler as auditRecorder } from '../../../src/lambdas/audit-recorder/audit-recorder.lambda';
import { handler as budgetEvaluator } from '../../../src/lambdas/budget-evaluator/budget-evaluator.lambda';
import { handler as budgetManager } from '../../../src/lambdas/budget-manager/budget-manager.lambda';
import { handler as budgetMonitor } from '../../../src/lambdas/budget-monitor/budget-monitor.lambda';
import { handler as callRepricer } from '../../../src/lambdas/call-repricer/call-repricer.lambda';
import { handler as enforcer } from '../../../src/lambdas/enforcer/enforcer.lambda';
import { handler as restoreOnRemoval } from '../../../src/lambdas/restore-on-removal/restore-on-removal.lambda';
import { handler as usageMeter } from '../../../src/lambdas/usage-meter/usage-meter.lambda';
import { CONTEXT } from '../../lambdas/lambda-world';

/** One run of a handler. */
export interface Invocation {
  /** Name of the handler. */
  readonly caller: string;
  /** Where what is made once is kept. */
  readonly container: Map<unknown, { readonly value: unknown }>;
  /** Whether its calls count, and may fail. */
  readonly exposed: boolean;
  /** Does the same from beginning to end elsewhere, at this very moment. */
  readonly rival?: () => Promise<void>;
  /** The process is gone: nothing that it still does has an effect. */
  isDead: boolean;
  die(error: Error): void;
}

const mockInvocations = new AsyncLocalStorage<Invocation>();

// Whatever waits between attempts, waits in no time.
jest.mock('../../../src/lambdas/adapters/waiting', () => ({ ...jest.requireActual('../../../src/lambdas/adapters/waiting'), wait: async () => undefined }));

// What a container keeps for its life is kept here, so that it can end.
jest.mock('../../../src/lambdas/adapters/once', () => ({
  once: <T>(make: () => T) => () => {
    const { container } = mockInvocations.getStore()!;
    const known = container.get(make) as { readonly value: T } | undefined;
    if (known) {
      return known.value;
    }
    const made = { value: make() };
    container.set(make, made);
    return made.value;
  },
}));

// Thousands of schedules ask for the same days and the same list prices.
jest.mock('../../../src/lambdas/core/pricing/embedded-catalog', () => {
  const { parsePriceTable } = jest.requireActual('../../../src/lambdas/core/pricing/price-table');
  return { EMBEDDED_PRICES: parsePriceTable('embedded', 'anthropic.claude-3-haiku-20240307-v1:0 in=0.25 out=1.25') };
});
jest.mock('../../../src/lambdas/core/calendar', () => {
  const actual = jest.requireActual('../../../src/lambdas/core/calendar');
  const remembering = <A, T>(keyOf: (asked: A) => unknown, ask: (asked: A, timeZone: string) => T) => {
    const known = new Map<string, T>();
    return (asked: A, timeZone: string) => {
      const key = `${keyOf(asked)} ${timeZone}`;
      const answer = known.get(key) ?? ask(asked, timeZone);
      known.set(key, answer);
      return answer;
    };
  };
  return {
    ...actual,
    dayOf: remembering((instant: number) => instant, actual.dayOf),
    endOfWindow: remembering(({ end }: { readonly end: string }) => end, actual.endOfWindow),
  };
});

export function currentInvocation(): Invocation | undefined {
  return mockInvocations.getStore();
}

/** What comes of a process that was killed: nobody hears of it but by its absence. */
export class ProcessKilledError extends Error {
  public readonly name = 'Lambda.Unknown';
}

type HandlerFunction = (event: any, context?: Context) => Promise<unknown>;

/** A function with the container in which it is warm. */
export class Container {
  private memory: Invocation['container'] = new Map();
  private spare: Invocation['container'] = new Map();
  private invocations = 0;

  constructor(public readonly name: string, private readonly handler: HandlerFunction, private readonly context: Partial<Context> = {}) {}

  /** The container ends: the next invocation begins with a new one. */
  public end(): void {
    this.memory = new Map();
  }

  /** @param exposed whether the calls of this invocation count, and may fail */
  public async invoke(event: unknown, exposed: boolean): Promise<unknown> {
    // What comes of it elsewhere is nothing to this one.
    const rival = () => this.run(event, { exposed: false, container: this.spare }).then(() => undefined, () => undefined);
    try {
      return await this.run(event, { exposed, container: this.memory, rival });
    } catch (error) {
      if (error instanceof ProcessKilledError) {
        this.end();
      }
      throw error;
    }
  }

  private run(event: unknown, how: Pick<Invocation, 'exposed' | 'container' | 'rival'>): Promise<unknown> {
    this.invocations += 1;
    const context = { ...CONTEXT, ...this.context, functionName: this.name, awsRequestId: `${this.name}-${this.invocations}` } as Context;
    return new Promise((resolve, reject) => {
      const invocation: Invocation = { ...how, caller: this.name, isDead: false, die: reject };
      mockInvocations.run(invocation, () => {
        // Lambda hands over JSON.
        this.handler(JSON.parse(JSON.stringify(event)), context).then(resolve, reject);
      });
    });
  }
}

/** The functions of a deployment, all cold. */
export function containers(): ReadonlyMap<string, Container> {
  const patient = { getRemainingTimeInMillis: () => 540_000 };
  return new Map([
    new Container(Handler.USAGE_METER, usageMeter),
    new Container(Handler.BUDGET_EVALUATOR, budgetEvaluator),
    new Container(Handler.ENFORCER, enforcer as HandlerFunction),
    new Container(Handler.BUDGET_MONITOR, budgetMonitor),
    new Container(Handler.AUDIT_RECORDER, auditRecorder),
    new Container(Handler.AGENT_REGISTRAR, agentRegistrar),
    new Container(Handler.BUDGET_MANAGER, budgetManager),
    new Container(Handler.CALL_REPRICER, callRepricer, patient),
    new Container(Handler.RESTORE_ON_REMOVAL, restoreOnRemoval, patient),
  ].map(container => [container.name, container]));
}
