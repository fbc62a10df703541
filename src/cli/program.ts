import { Command, CommandContext, ExitCode } from './command';
import { explainCommand } from './explain/explain-command';
import { OutputClosedError, OutputFailedError, TextOutput } from './text-output';
import { UsageError } from './usage-error';

export const COMMANDS: Readonly<Record<string, Command>> = {
  explain: explainCommand,
};

const HELP = ['--help', '-h'];

const PROGRAM_HELP = `budgeteer: spend control for Amazon Bedrock

  budgeteer <command> [options]

${Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`).join('\n')}

  --help, -h    this text; behind a command, that of the command
  --version     the version of the program
`;

/** Runs the program with the arguments that stand behind its name. */
export async function runProgram(args: readonly string[], version: string, context: CommandContext): Promise<ExitCode> {
  try {
    return await dispatch(args, version, context);
  } catch (error) {
    if (error instanceof UsageError) {
      const [name] = args;
      const help = name !== undefined && Object.hasOwn(COMMANDS, name) ? `budgeteer ${name} --help` : 'budgeteer --help';
      return print(context.stderr, `budgeteer: ${error.message}\n"${help}" tells more.\n`, ExitCode.USAGE);
    }
    if (error instanceof OutputFailedError) {
      return print(context.stderr, `budgeteer: ${error.message}\n`, ExitCode.INCOMPLETE);
    }
    throw error;
  }
}

async function dispatch([name, ...args]: readonly string[], version: string, context: CommandContext): Promise<ExitCode> {
  if (HELP.includes(name)) {
    return print(context.stdout, PROGRAM_HELP, ExitCode.OK);
  }
  if (name === '--version') {
    return print(context.stdout, `${version}\n`, ExitCode.OK);
  }
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const given = name === undefined ? 'no command was given' : `there is no command "${name}"`;
    throw new UsageError(`${given}: the commands are ${Object.keys(COMMANDS).join(', ')}`);
  }
  return args.some(arg => HELP.includes(arg)) ? print(context.stdout, command.help, ExitCode.OK) : command.run(args, context);
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
