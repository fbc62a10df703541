import { Definition, State } from './execution';

/** The parts of a state in which a value can be a path into its input. Results are selected from the answer of a task instead. */
const READS_INPUT = ['InputPath', 'Parameters', 'Choices', 'TimestampPath', 'SecondsPath', 'ItemsPath', 'OutputPath', 'CausePath', 'ErrorPath', 'TimeoutSecondsPath'];

/** The paths into its input that a state reads: `$.a.b`, also as an argument of an intrinsic function. */
export function pathsReadBy(state: State): string[] {
  const text = JSON.stringify(Object.fromEntries(Object.entries(state).filter(([key]) => READS_INPUT.includes(key))));
  return [...new Set(text.match(/(?<![$\w])\$\.[\w.]+/g) ?? [])];
}

/**
 * For every state the fields that are there whichever way it was reached: those of the execution's input, and those that every way to it
 * has written.
 */
export function dataflow(definition: Definition, given: readonly string[]): Readonly<Record<string, ReadonlySet<string>>> {
  const available: Record<string, Set<string>> = { [definition.StartAt]: new Set(given) };
  const open = [definition.StartAt];
  for (let name = open.shift(); name; name = open.shift()) {
    for (const { next, written } of waysOutOf(definition.States[name])) {
      const arriving = new Set([...available[name], ...written]);
      const before = available[next];
      const now = before ? new Set([...before].filter(field => arriving.has(field))) : arriving;
      if (now.size !== before?.size) {
        available[next] = now;
        open.push(next);
      }
    }
  }
  return available;
}

interface Way {
  readonly next: string;
  /** Fields that the state's output has beside those of its input. */
  readonly written: readonly string[];
}

function waysOutOf(state: any): Way[] {
  if (state.Type === 'Choice') {
    return [...state.Choices.map((choice: any) => choice.Next), state.Default].map(next => ({ next, written: [] }));
  }
  const usual = state.Next ? [{ next: state.Next, written: fieldOf(state) }] : [];
  return [...usual, ...(state.Catch ?? []).map((catcher: any) => ({ next: catcher.Next, written: fieldOf(catcher) }))];
}

/** The top-level field that a result goes to. */
function fieldOf({ ResultPath: path, Type: type }: { readonly ResultPath?: string | null; readonly Type?: string }): string[] {
  if (path === null || type === 'Wait') {
    return [];
  }
  const field = /^\$\.(\w+)$/.exec(path ?? '$');
  if (!field) {
    throw new Error(`a result at ${path ?? '$'} would replace the input: the states that follow could not read it any more`);
  }
  return [field[1]];
}
