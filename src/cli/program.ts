import { suggestion } from '../closest';
import { budgetCommands } from './budget/budget-commands';
import { Command, CommandContext, CommandGroup, ExitCode } from './command';
import { CommandFailure } from './command-failure';
import { deadLettersCommands } from './dead-letters/dead-letters-commands';
import { eraseCommand } from './erase/erase-command';
import { explainCommand } from './explain/explain-command';
import { ledgerCommands } from './ledger/ledger-commands';
import { migrateCommands } from './migrate/migrate-commands';
import { reportCommand } from './report/report-command';
import { simulateCommand } from './simulate/simulate-command';
import { OutputClosedError, OutputFailedError, TextOutput } from './text-output';
import { UsageError } from './usage-error';

export const COMMANDS: Readonly<Record<string, Command | CommandGroup>> = {
  'explain': explainCommand,
  'simulate': simulateCommand,
  'budget': budgetCommands,
  'report': reportCommand,
  'dead-letters': deadLettersCommands,
  'ledger': ledgerCommands,
  'erase': eraseCommand,
  'migrate': migrateCommands,
};

const HELP = ['--help', '-h'];

const PROGRAM_HELP = `budgeteer: spend control for Amazon Bedrock

  budgeteer <command> [options]

${Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`).join('\n')}

  --help, -h    this text; behind a command, that of the command
  --version     the version of the program

Every command ends with 0 if all went well, 1 if something did not work or was
left, 2 if the command line is wrong: then nothing was done.
`;

interface Program extends Omit<CommandGroup, 'commands'> {
  readonly commands: typeof COMMANDS;
}

const PROGRAM: Program = { summary: '', help: PROGRAM_HELP, commands: COMMANDS };

/** What the arguments name, as far as it exists. */
interface Named {
  /** The words that name it. */
  readonly words: readonly string[];
  readonly what: Command | CommandGroup | Program;
  /** What stands behind its name. */
  readonly rest: readonly string[];
}

/** Runs the program with the arguments that stand behind its name. */
export async function runProgram(args: readonly string[], version: string, context: CommandContext): Promise<ExitCode> {
  const [first, ...others] = args;
  const named = find({ words: [], what: PROGRAM, rest: first === 'help' ? [...others, '--help'] : args });
  try {
    return await runNamed(named, version, context);
  } catch (error) {
    if (error instanceof UsageError) {
      return print(context.stderr, `budgeteer: ${error.message}\n"${['budgeteer', ...named.words, '--help'].join(' ')}" tells more.\n`, ExitCode.USAGE);
    }
    if (error instanceof CommandFailure || error instanceof OutputFailedError) {
      return print(context.stderr, `budgeteer: ${error.message}\n`, ExitCode.INCOMPLETE);
    }
    throw error;
  }
}

function find(named: Named): Named {
  const { what, rest: [name, ...rest], words } = named;
  const next = 'commands' in what && name !== undefined && Object.hasOwn(what.commands, name) ? what.commands[name] : undefined;
  if (!next) {
    return named;
  }
  return find({ words: [...words, name], what: next, rest });
}

async function runNamed({ what, rest, words }: Named, version: string, context: CommandContext): Promise<ExitCode> {
  if ('run' in what) {
    return asksForHelp(rest) ? print(context.stdout, what.help, ExitCode.OK) : what.run(rest, context);
  }
  const [name] = rest;
  if (asksForHelp(rest) && name.startsWith('-')) {
    return print(context.stdout, what.help, ExitCode.OK);
  }
  if (name === '--version' && words.length === 0) {
    return print(context.stdout, `${version}\n`, ExitCode.OK);
  }
  const given = name === undefined ? 'no command was given' : `there is no command "${[...words, name].join(' ')}"`;
  const names = Object.keys(what.commands);
  throw new UsageError(`${given}: the commands are ${names.join(', ')}${name === undefined ? '' : suggestion(name, names)}`);
}

function asksForHelp(args: readonly string[]): boolean {
  return args.some(arg => HELP.includes(arg));
}

async function print(stream: CommandContext['stdout'], text: string, code: ExitCode): Promise<ExitCode> {
  try {
    await new TextOutput(stream).write(text);
  } catch (error) {
    if (!(error instanceof OutputClosedError)) {
      throw error;
    }
  }
  return code;
}
