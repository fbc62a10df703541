import { StateMachine, StateMachineDefinition } from 'aws-local-stepfunctions';
import { DetacherAction, EnforcerAction } from '../../src/contract';
import { WorkflowStart } from '../../src/lambdas/core/workflow-start';
import { SynthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { World } from './world';

export type Definition = StateMachineDefinition & { readonly QueryLanguage?: string };
export type State = Definition['States'][string];

/** The definition of a state machine, as CloudFormation would hand it to Step Functions. */
export function definitionOf({ stack, budgeteer }: SynthesizedBudgeteer, workflow: WorkflowStart['workflow']): Definition {
  const machine = workflow === 'suspension' ? budgeteer.suspensionStateMachine : budgeteer.restorationStateMachine;
  return JSON.parse(stack.resourceOf(machine).properties.DefinitionString);
}

export function statesOf<T extends State['Type']>(definition: Definition, type: T): Record<string, Extract<State, { Type: T }>> {
  return Object.fromEntries(Object.entries(definition.States).filter(([, state]) => state.Type === type)) as Record<string, Extract<State, { Type: T }>>;
}

/** What came of an execution. */
export interface Execution {
  readonly succeeded: boolean;
  /** The error of the Fail state in which it ended. */
  readonly error?: string;
  /** The states that were entered, in order. */
  readonly path: readonly string[];
  /** How often each task was tried. */
  readonly tries: Readonly<Record<string, number>>;
  /** What was asked, of whomever. */
  readonly requests: readonly Record<string, any>[];
}

export interface ExecuteOptions {
  /** Called before somebody is asked: the world goes on meanwhile. */
  readonly before?: (action: EnforcerAction | DetacherAction, tries: number) => Promise<void> | void;
}

/** Runs a definition in this process, with the real enforcer and policy-detacher behind its tasks. Waits and retry intervals are skipped. */
export async function execute(definition: Definition, start: WorkflowStart, world: World, { before = () => {} }: ExecuteOptions = {}): Promise<Execution> {
  const tries: Record<string, number> = {};
  const requests: Record<string, any>[] = [];
  const path: string[] = [];
  const invoke = (name: string) => async ({ Payload: payload }: any) => {
    tries[name] = (tries[name] ?? 0) + 1;
    requests.push(payload);
    await before(payload.action, tries[name]);
    const answer = (Object.values(DetacherAction) as string[]).includes(payload.action) ? world.detacher(payload) : world.enforcer(payload);
    return { ExecutedVersion: '$LATEST', StatusCode: 200, Payload: { ...await asLambdaReports(answer) } };
  };
  const tasks = Object.keys(statesOf(definition, 'Task'));
  const waits = Object.keys(statesOf(definition, 'Wait'));
  // Its timeout of a month is longer than a timer of this process can be, and would end it at once; `definitions.test.ts` validates it.
  const { TimeoutSeconds: _timeout, ...withoutTimeout } = definition;
  const run = new StateMachine(withoutTimeout, { validationOptions: { noValidate: true } }).run({ ...start.input }, {
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(tasks.map(name => [name, invoke(name)])),
      retryIntervalOverrides: Object.fromEntries(tasks.map(name => [name, 0])),
      waitTimeOverrides: Object.fromEntries(waits.map(name => [name, 0])),
    },
    context: {
      Execution: { Name: start.executionName },
      // Where the wait is over a moment later than it should be.
      State: { EnteredTime: new Date(Date.parse(start.input.notBefore) + 400).toISOString() },
    },
  });
  const followed = (async () => {
    for await (const event of run.eventLogs) {
      if (event.type === 'StateEntered') {
        path.push(event.state.name);
      }
    }
  })();
  try {
    await run.result;
    return { succeeded: true, path, tries, requests };
  } catch (error) {
    return { succeeded: false, error: ((error as Error).cause as Error).name, path, tries, requests };
  } finally {
    await followed;
  }
}

/** The cause of a function's error is its JSON, as Lambda hands it to Step Functions. */
async function asLambdaReports<T>(invocation: Promise<T>): Promise<T> {
  try {
    return await invocation;
  } catch (error) {
    const { name, message } = error as Error;
    throw Object.assign(new Error(JSON.stringify({ errorType: name, errorMessage: message, trace: [`${name}: ${message}`, '    at …'] })), { name });
  }
}
