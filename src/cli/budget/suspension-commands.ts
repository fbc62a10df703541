import { Command, CommandContext, ExitCode } from '../command';
import { helpOf } from '../help';
import { OptionSpecs, readArguments } from '../options';
import { principalIdOf } from './arguments/principal';
import { required } from './arguments/required';
import { carryOut, CHANGE_HELP, CHANGE_OPTIONS, YES_HELP, YES_OPTION } from './change';

const SUSPEND_OPTIONS = { reason: { value: '<text>' }, ...YES_OPTION, ...CHANGE_OPTIONS } satisfies OptionSpecs;

const SUSPEND_SUMMARY = 'suspend a principal at once, whatever is spent';

export const suspendCommand: Command = {
  summary: SUSPEND_SUMMARY,
  help: helpOf({
    name: 'budgeteer budget suspend',
    summary: SUSPEND_SUMMARY,
    usage: ['<principal> --reason <text> [options]'],
    about: 'The principal can call no model until "budgeteer budget restore": a new period does not undo it. Asks before it does so.',
    options: [['--reason <text>', 'why; it must be given'], YES_HELP, ...CHANGE_HELP],
    examples: ['budgeteer budget suspend iam-user/123456789012/alice --reason "key leaked"'],
  }),
  run: suspend,
};

async function suspend(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options, positionals: [principal] } = readArguments(args, SUSPEND_OPTIONS, ['<principal>']);
  const principalId = principalIdOf(principal);
  const reason = required('reason', '<text>', options.reason);
  const effect = `suspending ${principalId} at once, until it is restored`;
  return carryOut({ operation: 'suspend', args: { principalId, reason }, effect }, options, context);
}

const RESTORE_OPTIONS = { reason: { value: '<text>' }, ...CHANGE_OPTIONS } satisfies OptionSpecs;

const RESTORE_SUMMARY = 'end a suspension by hand';

export const restoreCommand: Command = {
  summary: RESTORE_SUMMARY,
  help: helpOf({
    name: 'budgeteer budget restore',
    summary: RESTORE_SUMMARY,
    usage: ['<principal> --reason <text> [options]'],
    about: 'Access comes back within a minute or so: "budgeteer budget get" shows when. Who is over the limit is exempt until the period ends.',
    options: [['--reason <text>', 'why; it must be given'], ...CHANGE_HELP],
    examples: ['budgeteer budget restore iam-user/123456789012/alice --reason "key replaced"'],
  }),
  run: restore,
};

async function restore(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options, positionals: [principal] } = readArguments(args, RESTORE_OPTIONS, ['<principal>']);
  const reason = required('reason', '<text>', options.reason);
  return carryOut({ operation: 'restore', args: { principalId: principalIdOf(principal), reason } }, options, context);
}
