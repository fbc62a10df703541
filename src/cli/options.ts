import { parseArgs } from 'node:util';
import { UsageError } from './usage-error';

/** An option of a command. */
export interface OptionSpec {
  /** Stands for the value in messages, such as `<file>`; absent for a switch. */
  readonly value?: string;
  /** All values that there are, where they can be listed. */
  readonly choices?: readonly string[];
  /** What it is without the option; an option without a default may be left out. */
  readonly default?: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Values of the options that were given or have a default; switches that are on have an empty one. */
export type OptionValues<Specs extends OptionSpecs> = { readonly [name in keyof Specs]?: string };

/**
 * Reads `--name value`, `--name=value` and `--switch`.
 *
 * Node's own messages name neither the options nor the values that there are, so it only takes the arguments apart.
 *
 * @throws UsageError
 */
export function readOptions<Specs extends OptionSpecs>(args: readonly string[], specs: Specs): OptionValues<Specs> {
  const options = Object.fromEntries(Object.entries(specs).map(([name, { value }]) => [name, { type: value ? 'string' as const : 'boolean' as const }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const values = new Map(Object.entries(specs).flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default] as const])));
  const given = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw new UsageError(`"${token.value}" is no option: the options are ${listOf(specs)}`);
    }
    if (token.kind === 'option') {
      const { name, rawName } = token;
      const spec = Object.hasOwn(specs, name) && rawName === `--${name}` ? specs[name] : undefined;
      if (!spec) {
        throw new UsageError(`there is no option "${rawName}": the options are ${listOf(specs)}`);
      }
      if (given.has(name)) {
        throw new UsageError(`--${name} is given twice: give it once`);
      }
      given.add(name);
      values.set(name, valueOf(name, spec, token.value, token.inlineValue));
    }
  }
  return Object.fromEntries(values) as OptionValues<Specs>;
}

function valueOf(name: string, { value: placeholder, choices }: OptionSpec, value: string | undefined, inline: boolean | undefined): string {
  if (placeholder === undefined) {
    if (value !== undefined) {
      throw new UsageError(`--${name} takes no value, but "${value}" was given: write --${name}`);
    }
    return '';
  }
  // A dash stands for standard input; anything longer is the next option, and the value was forgotten.
  if (!value || (!inline && value.startsWith('-') && value !== '-')) {
    throw new UsageError(`--${name} has no value: write --${name} ${placeholder}${value ? `, or --${name}=${value} if that is the value` : ''}`);
  }
  if (choices && !choices.includes(value)) {
    throw new UsageError(`--${name} cannot be "${value}": it is ${choices.join(' or ')}`);
  }
  return value;
}

function listOf(specs: OptionSpecs): string {
  return Object.entries(specs).map(([name, { value }]) => (value ? `--${name} ${value}` : `--${name}`)).join(', ');
}
