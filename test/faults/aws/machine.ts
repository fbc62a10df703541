import { Definition } from '../../workflows/execution';

type Data = Record<string, any>;

/** What a machine asks of the world: to go on later, and to invoke a function. */
export interface MachinePorts {
  now(): number;
  /** Goes on at an instant, epoch milliseconds. */
  later(at: number, work: () => Promise<void>): void;
  /** @throws an error whose name is what Step Functions sees */
  invoke(parameters: Data): Promise<Data>;
}

/**
 * An execution of a definition on a timeline: only the states and fields that the product's machines have, everything else is refused. The runner that
 * test/workflows use has waits of its own clock, and so cannot be interleaved with a monitor that runs every five minutes.
 */
export class Execution {
  public status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' = 'RUNNING';
  public readonly path: string[] = [];

  constructor(private readonly definition: Definition, public readonly name: string, private readonly input: Data, private readonly ports: MachinePorts) {}

  public begin(): void {
    this.ports.later(this.ports.now(), () => this.enter(this.definition.StartAt, this.input));
  }

  public stop(): void {
    if (this.status === 'RUNNING') {
      this.status = 'ABORTED';
    }
  }

  private async enter(name: string, data: Data): Promise<void> {
    if (this.status !== 'RUNNING') {
      return;
    }
    this.path.push(name);
    const state = this.definition.States[name] as Data;
    switch (state.Type) {
      case 'Wait': {
        const until = Date.parse(valueAt(state.TimestampPath, data, {}));
        return this.ports.later(Math.max(until, this.ports.now()), () => this.enter(state.Next, data));
      }
      case 'Task':
        return this.attempt(state, data, new Date(this.ports.now()).toISOString(), new Map());
      case 'Choice':
        return this.enter((state.Choices as Data[]).find(choice => holds(choice, data))?.Next ?? state.Default, data);
      case 'Pass':
        return this.enter(state.Next, withResult(data, state.ResultPath, state.Result ?? (state.Parameters ? filled(state.Parameters, data, {}) : data)));
      case 'Succeed':
        this.status = 'SUCCEEDED';
        return undefined;
      case 'Fail':
        this.status = 'FAILED';
        return undefined;
      default:
        throw new TypeError(`a state of type ${state.Type} is not understood here`);
    }
  }

  private async attempt(state: Data, data: Data, enteredAt: string, retries: Map<number, number>): Promise<void> {
    if (this.status !== 'RUNNING') {
      return undefined;
    }
    const context = { State: { EnteredTime: enteredAt }, Execution: { Name: this.name } };
    try {
      const answer = await this.ports.invoke(filled(state.Parameters, data, context));
      const result = state.ResultSelector ? filled(state.ResultSelector, answer, context) : answer;
      return await this.enter(state.Next, withResult(data, state.ResultPath, result));
    } catch (error) {
      const { name, message } = error as Error;
      const index = (state.Retry as Data[] ?? []).findIndex(({ ErrorEquals: errors }) => catches(errors, name));
      const used = retries.get(index) ?? 0;
      if (index >= 0 && used < state.Retry[index].MaxAttempts) {
        retries.set(index, used + 1);
        const { IntervalSeconds: first, BackoffRate: rate } = state.Retry[index];
        return this.ports.later(this.ports.now() + first * 1000 * rate ** used, () => this.attempt(state, data, enteredAt, retries));
      }
      const caught = (state.Catch as Data[] ?? []).find(({ ErrorEquals: errors }) => catches(errors, name));
      if (caught) {
        return this.enter(caught.Next, withResult(data, caught.ResultPath, { Error: name, Cause: JSON.stringify({ errorType: name, errorMessage: message }) }));
      }
      this.status = 'FAILED';
      return undefined;
    }
  }
}

function catches(errors: readonly string[], name: string): boolean {
  return errors.includes(name) || errors.includes('States.ALL');
}

function holds(choice: Data, data: Data): boolean {
  if (choice.Or) {
    return (choice.Or as Data[]).some(part => holds(part, data));
  }
  if (choice.StringEquals === undefined) {
    throw new TypeError(`the choice ${JSON.stringify(choice)} is not understood here`);
  }
  return valueAt(choice.Variable, data, {}) === choice.StringEquals;
}

function filled(template: any, data: Data, context: Data): any {
  if (Array.isArray(template)) {
    return template.map(part => filled(part, data, context));
  }
  if (typeof template !== 'object' || template === null) {
    return template;
  }
  return Object.fromEntries(Object.entries(template).map(([key, part]) => (
    key.endsWith('.$') ? [key.slice(0, -2), valueAt(part as string, data, context)] : [key, filled(part, data, context)]
  )));
}

function valueAt(path: string, data: Data, context: Data): any {
  const text = /^States\.JsonToString\((.*)\)$/.exec(path);
  if (text) {
    return JSON.stringify(valueAt(text[1], data, context));
  }
  const [root, names] = path.startsWith('$$.') ? [context, path.slice(3)] : [data, path.slice(2)];
  const value = names.split('.').reduce<any>((part, name) => part?.[name], root);
  if (value === undefined) {
    throw Object.assign(new Error(`${path} is not there`), { name: 'States.ParameterPathFailure' });
  }
  return value;
}

function withResult(data: Data, path: string | null | undefined, result: unknown): Data {
  return path === null ? data : path === undefined ? result as Data : { ...data, [path.slice(2)]: result };
}
