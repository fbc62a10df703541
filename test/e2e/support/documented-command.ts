import * as fs from 'node:fs';
import * as path from 'node:path';

const DOCS = path.resolve(__dirname, '..', '..', '..', 'docs');

/** A command that docs give, taken apart. */
export interface DocumentedCommand {
  /** The words before the options: `['aws', 'ssm', 'put-parameter']`. */
  readonly words: readonly string[];
  /** Options with their values, without dashes; switches have an empty one. */
  readonly options: Readonly<Record<string, string>>;
}

/**
 * The commands that a section of a file of docs/ gives, in order and to the letter: what it tells operators is what is tested.
 *
 * @param variables what stands for `$NAME`
 */
export function documentedCommands(file: string, heading: string, variables: Readonly<Record<string, string>>): readonly DocumentedCommand[] {
  const section = fs.readFileSync(path.join(DOCS, file), 'utf8').split(/^## /m).find(text => text.startsWith(`${heading}\n`));
  if (!section) {
    throw new Error(`docs/${file}: there is no section "${heading}"`);
  }
  const blocks = [...section.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, block]) => block);
  return blocks.flatMap(block => block.replace(/\\\n/g, ' ').split('\n').filter(line => line.trim() !== '')).map(line => commandOf(wordsOf(line, variables)));
}

/** The one whose words are these, and whose options include those. */
export function commandLike(commands: readonly DocumentedCommand[], words: string, options: Readonly<Record<string, string>> = {}): DocumentedCommand {
  const found = commands.find(command => command.words.join(' ').startsWith(words) && Object.entries(options).every(([name, value]) => command.options[name] === value));
  if (!found) {
    throw new Error(`docs give no command "${words}" with ${JSON.stringify(options)}`);
  }
  return found;
}

/** As a shell would: single and double quotes, and variables outside of single ones. */
function wordsOf(line: string, variables: Readonly<Record<string, string>>): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  const filled = (text: string) => text
    .replace(/\$\(date [^)]*\)/g, () => new Date().toISOString().replace(/\.\d{3}Z$/, 'Z'))
    .replace(/\$([A-Z_]+)/g, (_, name: string) => variables[name] ?? missing(name))
    .replace(/\\"/g, '"');
  for (const [part, single, double, bare] of line.matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s'"]+)|\s+/g)) {
    if (/^\s+$/.test(part)) {
      words.push(...(word === undefined ? [] : [word]));
      word = undefined;
    } else {
      word = (word ?? '') + (single ?? filled(double ?? bare));
    }
  }
  return word === undefined ? words : [...words, word];
}

function commandOf(words: readonly string[]): DocumentedCommand {
  const first = words.findIndex(word => word.startsWith('--'));
  const head = first === -1 ? words : words.slice(0, first);
  const options: Record<string, string> = {};
  for (let index = head.length; index < words.length; index += 1) {
    if (words[index].startsWith('--')) {
      const value = words[index + 1];
      options[words[index].slice(2)] = value === undefined || value.startsWith('--') ? '' : value;
    }
  }
  return { words: head, options };
}

function missing(name: string): never {
  throw new Error(`docs use $${name}, which the test does not know`);
}
