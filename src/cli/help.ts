/** What the help of a command is made of. */
export interface HelpParts {
  readonly name: string;
  readonly summary: string;
  /** What stands behind the name; one line each. */
  readonly usage: readonly string[];
  readonly about: string;
  readonly options: readonly HelpEntry[];
  readonly examples: readonly string[];
}

export type HelpEntry = readonly [option: string, text: string];

const WIDTH = 80;
const OPTION_WIDTH = 24;

/** Help that fits a terminal. */
export function helpOf({ name, summary, usage, about, options, examples }: HelpParts): string {
  return [
    `${name}: ${summary}`,
    '',
    ...usage.flatMap(line => usageLines(name, line)),
    '',
    ...wrapped(about, WIDTH),
    '',
    ...entriesOf([...options, ['--help, -h', 'this text']]),
    '',
    'Examples:',
    ...examples.map(example => `  ${example}`),
    '',
  ].join('\n');
}

/** What does not fit stands below what the command is given. */
function usageLines(name: string, line: string): readonly string[] {
  const indent = `  ${name} `;
  return wrapped(line, WIDTH - indent.length).map((part, index) => `${index === 0 ? indent : ' '.repeat(indent.length)}${part}`);
}

/** Names with what they are, in two columns. */
export function entriesOf(entries: readonly HelpEntry[]): readonly string[] {
  return entries.flatMap(([option, text]) => {
    const lines = wrapped(text, WIDTH - OPTION_WIDTH);
    const beside = option.length < OPTION_WIDTH - 3;
    const first = beside ? `  ${option.padEnd(OPTION_WIDTH - 2)}${lines[0]}` : `  ${option}`;
    return [first, ...lines.slice(beside ? 1 : 0).map(line => `${' '.repeat(OPTION_WIDTH)}${line}`)];
  });
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/ +/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
