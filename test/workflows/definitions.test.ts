import validate from 'asl-validator';
import { SuspensionStrategy } from '../../src';
import { DetacherAction, EnforcerAction, EnforcerError, EnforcerOutcome, Handler } from '../../src/contract';
import { MAX_GRACE_SECONDS } from '../../src/lambdas/core/settings';
import { functionOf } from '../synthesized/deployed-handler';
import { synthesizedBudgeteer } from '../synthesized/synthesized-budgeteer';
import { definitionOf, State, statesOf } from './execution';
import { dataflow, pathsReadBy } from './paths';
import { OVERRUN_AT, World } from './world';

const WORKFLOWS = ['suspension', 'restoration'] as const;
const SYNTHESIZED = Object.fromEntries(Object.values(SuspensionStrategy).map(strategy => [strategy, synthesizedBudgeteer({ suspensionStrategy: strategy })]));
const STRATEGIES = Object.values(SuspensionStrategy).flatMap(strategy => WORKFLOWS.map(workflow => [workflow, strategy] as const));

describe.each(STRATEGIES)('the definition of the %s with the strategy %s', (workflow, strategy) => {
  const synthesized = SYNTHESIZED[strategy];
  const definition = definitionOf(synthesized, workflow);
  const tasks = statesOf(definition, 'Task');
  const detaches = strategy === SuspensionStrategy.DETACH;
  const arnOf = (handler: Handler) => synthesized.stack.attribute(functionOf(synthesized, handler), 'Arn');

  test('is valid Amazon States Language, in JSONPath', () => {
    const { errors } = validate(definition, { checkPaths: true, checkArn: true });

    expect(errors).toEqual([]);
    expect(definition.QueryLanguage ?? 'JSONPath').toBe('JSONPath');
  });

  test('names states that exist, and no state that nobody reaches', () => {
    const reached = new Set([definition.StartAt, ...Object.values(definition.States).flatMap(successors)]);

    expect([...reached].sort()).toEqual(Object.keys(definition.States).sort());
  });

  test('ends', () => {
    // Every cycle would have to pass a state of which nothing but itself can be reached.
    const ends = new Set(Object.keys(definition.States).filter(name => successors(definition.States[name]).length === 0));
    for (let grown = true; grown;) {
      const more = Object.keys(definition.States).filter(name => !ends.has(name) && successors(definition.States[name]).every(next => ends.has(next)));
      more.forEach(name => ends.add(name));
      grown = more.length > 0;
    }
    expect([...ends].sort()).toEqual(Object.keys(definition.States).sort());
  });

  test('asks the enforcer, and the policy-detacher where there is one, for actions that each of them knows', () => {
    expect(Object.values(tasks).map(({ Resource: resource }) => resource)).toEqual(Object.keys(tasks).map(() => 'arn:aws:states:::lambda:invoke'));
    const asked = (handler: Handler) => Object.values(tasks).map(parametersOf).filter(({ FunctionName }) => FunctionName === arnOf(handler))
      .map(({ Payload }) => Payload.action);
    const ofEnforcer = asked(Handler.ENFORCER);
    const ofDetacher = detaches ? asked(Handler.POLICY_DETACHER) : [];

    expect(ofEnforcer.length + ofDetacher.length).toBe(Object.keys(tasks).length);
    expect(ofEnforcer.filter(action => !(Object.values(EnforcerAction) as string[]).includes(action))).toEqual([]);
    const onTheWayBack = [DetacherAction.REMOVE, DetacherAction.RESTORE];
    // and once more what is held of somebody who is gone
    expect(ofDetacher.sort()).toEqual(detaches ? [...workflow === 'suspension' ? [DetacherAction.REMOVE] : [], ...onTheWayBack, DetacherAction.RESTORE] : []);
  });

  test('retries what may pass in every task', () => {
    const unretried = Object.entries(tasks).flatMap(([name, { Retry: retriers = [] }]) => RETRYABLE
      .filter(error => !retriers.some(({ ErrorEquals: errors, MaxAttempts: attempts }) => errors.includes(error) && attempts! > 0))
      .map(error => `${name}: ${error}`));

    expect(unretried).toEqual([]);
  });

  test('does not retry what cannot pass', () => {
    const retried = new Set(Object.values(tasks).flatMap(({ Retry: retriers = [] }) => retriers.flatMap(({ ErrorEquals: errors }) => errors)));

    expect([...retried].filter(error => error === 'States.ALL' || error === 'States.TaskFailed')).toEqual([]);
  });

  test('waits for what takes long, and spreads what would come back at once', () => {
    for (const { Retry: retriers = [] } of Object.values(tasks)) {
      const notYetVisible = retriers.find(({ ErrorEquals: errors }) => errors.includes(EnforcerError.NOT_YET_VISIBLE))!;
      const throttled = retriers.find(({ ErrorEquals: errors }) => errors.includes(EnforcerError.RETRYABLE))!;

      expect(longestSeconds(notYetVisible)).toBeGreaterThan(100);
      expect(longestSeconds(throttled)).toBeGreaterThan(480);
      expect(throttled.JitterStrategy).toBe('FULL');
    }
  });

  test('outlasts the longest grace period and all retries after it', () => {
    const retries = Object.values(tasks).flatMap(({ Retry: retriers = [] }) => retriers.map(longestSeconds)).reduce((sum, wait) => sum + wait, 0);

    expect(definition.TimeoutSeconds).toBeGreaterThan(MAX_GRACE_SECONDS + retries);
  });

  test('outlasts what the policy-detacher takes, which may be minutes at every try: an execution that ran out of time would leave nothing to try again', () => {
    const ofDetacher = Object.values(tasks).filter(task => (Object.values(DetacherAction) as string[]).includes(parametersOf(task).Payload.action));
    const seconds = ofDetacher.map(({ Retry: retriers = [] }) => {
      const tries = 1 + retriers.reduce((sum, { MaxAttempts: attempts = 3 }) => sum + attempts, 0);
      return tries * functionOf(synthesized, Handler.POLICY_DETACHER).properties.Timeout + retriers.map(longestSeconds).reduce((sum, wait) => sum + wait, 0);
    });

    expect(ofDetacher.length > 0).toBe(detaches);
    expect(definition.TimeoutSeconds).toBeGreaterThan(MAX_GRACE_SECONDS + seconds.reduce((sum, time) => sum + time, 0));
  });

  test('lifts no deny but after policies were put back', () => {
    const lift = Object.keys(tasks).find(name => parametersOf(tasks[name]).Payload.action === EnforcerAction.LIFT)!;
    const restore = Object.keys(tasks).find(name => parametersOf(tasks[name]).Payload.action === DetacherAction.RESTORE);
    const before = Object.keys(definition.States).filter(name => successors(definition.States[name]).includes(lift));

    expect(before.flatMap(name => (definition.States[name].Type === 'Choice' ? predecessors(definition, name) : [name])))
      .toEqual(detaches ? [restore] : [workflow === 'suspension' ? 'ConfirmSuspension' : 'WaitUntilDue']);
  });

  test('gives up what is held of somebody who is gone, whichever step of the enforcer finds that out, and then ends', () => {
    const steps = Object.keys(tasks).filter(name => parametersOf(tasks[name]).FunctionName === arnOf(Handler.ENFORCER) && (tasks[name] as any).Catch);
    const whereGone = steps.map(name => (definition.States[(tasks[name] as any).Next] as any).Choices.find((choice: any) => JSON.stringify(choice).includes('"gone"')).Next);

    expect(whereGone).toEqual(steps.map(() => (detaches ? 'RetireBackup' : 'Done')));
    if (detaches) {
      expect(parametersOf(tasks.RetireBackup)).toMatchObject({ FunctionName: arnOf(Handler.POLICY_DETACHER), Payload: { action: DetacherAction.RESTORE } });
      expect(successors(definition.States.IsRetired).sort()).toEqual(['Done', 'Done', 'UnknownOutcome']);
    }
  });

  test('removes no policy but after the deny was confirmed, or where it was not lifted', () => {
    const removing = Object.keys(tasks).filter(name => parametersOf(tasks[name]).Payload.action === DetacherAction.REMOVE);
    const before = removing.flatMap(name => Object.keys(definition.States).filter(other => successors(definition.States[other]).includes(name)));
    const ways = before.flatMap(name => (definition.States[name] as any).Choices.filter(({ Next: next }: any) => removing.includes(next))
      .map(({ StringEquals: outcome }: any) => [predecessors(definition, name).join(), outcome]));

    expect(ways.sort()).toEqual([
      ...detaches && workflow === 'suspension' ? [['ConfirmSuspension', EnforcerOutcome.CONFIRMED]] : [],
      ...detaches ? [['Lift', EnforcerOutcome.SUPERSEDED]] : [],
    ]);
  });

  test('catches every other error in every task and hands it, with the name of the step, to the recorder', () => {
    const recorder = Object.keys(tasks).find(name => parametersOf(tasks[name]).Payload.action === EnforcerAction.RECORD_FAILURE)!;
    for (const [name, { Catch: catchers = [] }] of Object.entries(tasks).filter(([task]) => task !== recorder)) {
      expect(catchers).toEqual([{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: expect.any(String) }]);
      expect(definition.States[catchers[0].Next]).toEqual(expect.objectContaining({ Type: 'Pass', Result: name, ResultPath: '$.failedStep', Next: recorder }));
    }
    const recorded = definition.States[(tasks[recorder] as { Next?: string }).Next!];
    expect(recorded).toEqual(expect.objectContaining({ Type: 'Fail', Error: 'EnforcementFailed' }));
  });

  test('knows a way for every outcome of a step, and fails on any other', () => {
    for (const [name, task] of Object.entries(tasks).filter(([, { Catch: catchers }]) => catchers)) {
      const choice = definition.States[(task as { Next?: string }).Next!] as Extract<State, { Type: 'Choice' }>;
      const named = JSON.stringify(choice.Choices);
      const outcomes = OUTCOMES[parametersOf(task).Payload.action];

      expect({ name, unknown: outcomes.filter(outcome => !named.includes(`"${outcome}"`)) }).toEqual({ name, unknown: [] });
      expect(definition.States[choice.Default!]).toEqual(expect.objectContaining({ Type: 'Fail', Error: 'UnknownOutcome' }));
    }
  });

  test('reads nothing that its starters do not give and no earlier state has written', async () => {
    const inputs = await startedInputs();
    const given = Object.keys(inputs[0]).filter(key => inputs.every(input => key in input));
    const available = dataflow(definition, given);

    const unknown = Object.entries(definition.States).flatMap(([name, state]) => pathsReadBy(state)
      .filter(path => !available[name].has(path.split('.')[1]))
      .map(path => `${name}: ${path}`));
    expect(unknown).toEqual([]);
  });

  test('reads of the context what Step Functions documents', () => {
    const read = new Set(JSON.stringify(definition).match(/\$\$[\w.]+/g));

    expect([...read].sort()).toEqual(['$$.Execution.Name', '$$.State.EnteredTime']);
  });

  test('selects of an answer what the enforcer answers', () => {
    for (const task of Object.values(tasks)) {
      expect(task.ResultSelector).toEqual({ 'outcome.$': '$.Payload.outcome', 'reason.$': '$.Payload.reason' });
    }
  });

  test('waits until the instant that its input names', () => {
    const waits = statesOf(definition, 'Wait');

    expect(Object.keys(waits)).toEqual([definition.StartAt]);
    expect(Object.values(waits)[0].TimestampPath).toBe('$.notBefore');
  });
});

/** What the enforcer can answer to each action. */
const OUTCOMES: Readonly<Record<string, readonly EnforcerOutcome[]>> = {
  [EnforcerAction.RESTRICT]: [EnforcerOutcome.APPLIED, EnforcerOutcome.SUPERSEDED, EnforcerOutcome.UNENFORCEABLE, EnforcerOutcome.GONE],
  [EnforcerAction.CONFIRM_SUSPENSION]: [EnforcerOutcome.CONFIRMED, EnforcerOutcome.LIFT, EnforcerOutcome.GONE],
  [EnforcerAction.LIFT]: [EnforcerOutcome.APPLIED, EnforcerOutcome.SUPERSEDED, EnforcerOutcome.GONE],
  [EnforcerAction.CONFIRM_RESTORATION]: [EnforcerOutcome.CONFIRMED, EnforcerOutcome.GONE],
  // and the policy-detacher
  [DetacherAction.REMOVE]: [EnforcerOutcome.APPLIED, EnforcerOutcome.SUPERSEDED, EnforcerOutcome.UNENFORCEABLE, EnforcerOutcome.GONE],
  [DetacherAction.RESTORE]: [EnforcerOutcome.APPLIED, EnforcerOutcome.SUPERSEDED, EnforcerOutcome.GONE],
};

const RETRYABLE = [
  EnforcerError.NOT_YET_VISIBLE,
  EnforcerError.RETRYABLE,
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

function successors(state: State): string[] {
  const { Next: next, Default: otherwise, Catch: catchers = [], Choices: choices = [] } = state as any;
  return [next, otherwise, ...catchers.map((catcher: any) => catcher.Next), ...choices.map((choice: any) => choice.Next)].filter(Boolean);
}

function predecessors({ States: states }: { readonly States: Record<string, State> }, name: string): string[] {
  return Object.keys(states).filter(other => successors(states[other]).includes(name));
}

function parametersOf(task: object): { readonly FunctionName: string; readonly Payload: { readonly action: string } } {
  return (task as any).Parameters;
}

/** The sum of all waits between attempts. */
function longestSeconds({ IntervalSeconds: first = 1, BackoffRate: rate = 2, MaxAttempts: attempts = 3 }: Retrier): number {
  return Array.from({ length: attempts }, (_, attempt) => first * rate ** attempt).reduce((sum, wait) => sum + wait, 0);
}

type Retrier = NonNullable<Extract<State, { Type: 'Task' }>['Retry']>[number];

/** Every kind of input that an execution is started with. */
async function startedInputs(): Promise<Record<string, unknown>[]> {
  const world = new World('arn:aws:iam::111122223333:policy/deny', 'user/indexer');
  const overrun = await world.decide(OVERRUN_AT);
  const repairs = (['suspension', 'restoration'] as const).map(workflow => world.repair(workflow, OVERRUN_AT));
  return JSON.parse(JSON.stringify([overrun!, ...repairs].map(({ input }) => input)));
}
