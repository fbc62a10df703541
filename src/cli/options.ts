import { parseArgs } from 'node:util';
import { closest, suggestion } from '../closest';
import { shellWord } from '../lambdas/core/alerts/shell';
import { UsageError } from './usage-error';

/** An option of a command. */
export interface OptionSpec {
  /** Stands for the value in messages, such as `<file>`; absent for a switch. */
  readonly value?: string;
  /** All values that there are, where they can be listed. */
  readonly choices?: readonly string[];
  /** What it is without the option; an option without a default may be left out. */
  readonly default?: string;
  /** Whether it may be given more than once: its value is a list then. */
  readonly repeatable?: true;
  /** Whether it is what a value by itself was most likely meant for. */
  readonly isInput?: true;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Values of the options that were given or have a default; switches that are on have an empty one. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [name in keyof Specs]?: Specs[name] extends { readonly repeatable: true } ? readonly string[] : string;
};

/** What stands beside the options. */
export interface Arguments<Specs extends OptionSpecs> {
  readonly options: OptionValues<Specs>;
  /** As many as there are names. */
  readonly positionals: readonly string[];
}

/**
 * Reads `--name value`, `--name=value` and `--switch`.
 *
 * @throws UsageError
 */
export function readOptions<Specs extends OptionSpecs>(args: readonly string[], specs: Specs): OptionValues<Specs> {
  return readArguments(args, specs, []).options;
}

/**
 * Reads options, and the arguments beside them that a command must have.
 *
 * Node's own messages name neither the options nor the values that there are, so it only takes the arguments apart.
 *
 * @param names of the arguments beside the options, such as `<principal>`
 * @throws UsageError
 */
export function readArguments<Specs extends OptionSpecs>(args: readonly string[], specs: Specs, names: readonly string[]): Arguments<Specs> {
  const options = Object.fromEntries(Object.entries(specs).map(([name, { value }]) => [name, { type: value ? 'string' as const : 'boolean' as const }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const values = new Map<string, string | readonly string[]>(
    Object.entries(specs).flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default] as const])),
  );
  const given = new Set<string>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      positionals.push(token.value);
    }
    if (token.kind === 'option') {
      const { name, rawName } = token;
      const spec = Object.hasOwn(specs, name) && rawName === `--${name}` ? specs[name] : undefined;
      if (!spec) {
        throw new UsageError(`there is no option "${rawName}"${optionMeant(rawName, specs)}: the options are ${listOf(specs)}`);
      }
      if (given.has(name) && !spec.repeatable) {
        throw new UsageError(`--${name} is given twice: give it once`);
      }
      const value = valueOf(name, spec, token.value, token.inlineValue);
      values.set(name, spec.repeatable ? [...(given.has(name) ? values.get(name)! : []), value] : value);
      given.add(name);
    }
  }
  checkPositionals(positionals, names, specs);
  return { options: Object.fromEntries(values) as OptionValues<Specs>, positionals };
}

function checkPositionals(positionals: readonly string[], names: readonly string[], specs: OptionSpecs): void {
  if (positionals.length > names.length) {
    const surplus = positionals[names.length];
    throw new UsageError(names.length === 0
      ? `"${surplus}" is no option${inputMeant(surplus, specs)}: the options are ${listOf(specs)}`
      : `"${surplus}" is one argument too many: write ${names.join(' ')}, and the options; what has spaces in it needs quotes`);
  }
  if (positionals.length < names.length) {
    throw new UsageError(`${names[positionals.length]} is missing: write ${names.join(' ')}, and the options`);
  }
}

function valueOf(name: string, { value: placeholder, choices }: OptionSpec, value: string | undefined, inline: boolean | undefined): string {
  if (placeholder === undefined) {
    if (value !== undefined) {
      throw new UsageError(`--${name} takes no value, but "${value}" was given: write --${name}`);
    }
    return '';
  }
  // A dash stands for standard input, and no option begins with a digit; anything else is the next option, and the value was forgotten.
  if (!value || (!inline && value.startsWith('-') && value !== '-' && !/^-\.?\d/.test(value))) {
    throw new UsageError(`--${name} has no value: write --${name} ${placeholder}${value ? `, or --${name}=${value} if that is the value` : ''}`);
  }
  if (choices && !choices.includes(value)) {
    throw new UsageError(`--${name} cannot be "${value}": it is ${choices.join(' or ')}${suggestion(value, choices)}`);
  }
  return value;
}

function listOf(specs: OptionSpecs): string {
  return Object.entries(specs).map(([name, { value }]) => (value ? `--${name} ${value}` : `--${name}`)).join(', ');
}

function inputMeant(given: string, specs: OptionSpecs): string {
  const meant = Object.keys(specs).find(name => specs[name].isInput);
  return meant === undefined ? '' : ` (did you mean --${meant} ${shellWord(given)}?)`;
}

function optionMeant(given: string, specs: OptionSpecs): string {
  const meant = closest(given.replace(/^-+/, ''), Object.keys(specs));
  return meant === undefined ? '' : ` (did you mean --${meant}?)`;
}
