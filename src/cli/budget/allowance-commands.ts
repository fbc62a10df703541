import { Command, CommandContext, ExitCode } from '../command';
import { helpOf } from '../help';
import { OptionSpecs, readArguments } from '../options';
import { amountOf } from './arguments/amounts';
import { instantOf } from './arguments/instant';
import { principalIdOf } from './arguments/principal';
import { required } from './arguments/required';
import { carryOut, CHANGE_HELP, CHANGE_OPTIONS, YES_HELP, YES_OPTION } from './change';

const TIMES = 'a time from now (30m, 12h, 7d, 2w), a day (2026-04-01, where it begins in UTC), or an instant with its time zone (2026-04-01T09:00:00+02:00)';

const TOP_UP_OPTIONS = { expires: { value: '<time>' }, reason: { value: '<text>' }, ...CHANGE_OPTIONS } satisfies OptionSpecs;

const TOP_UP_SUMMARY = 'raise every limit of a principal for a time';

export const topUpCommand: Command = {
  summary: TOP_UP_SUMMARY,
  help: helpOf({
    name: 'budgeteer budget top-up',
    summary: TOP_UP_SUMMARY,
    usage: ['<principal> <amount> --expires <time> --reason <text> [options]'],
    about: 'The amount, in US dollars, comes on top of each limit until then.',
    options: [['--expires <time>', TIMES], ['--reason <text>', 'why; it must be given'], ...CHANGE_HELP],
    examples: ['budgeteer budget top-up iam-user/123456789012/alice 25 --expires 7d \\', '  --reason "quarterly report"'],
  }),
  run: topUp,
};

async function topUp(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options, positionals: [principal, amount] } = readArguments(args, TOP_UP_OPTIONS, ['<principal>', '<amount>']);
  const expiresAt = instantOf('expires', required('expires', '<time>', options.expires), context.now());
  const reason = required('reason', '<text>', options.reason);
  return carryOut({
    operation: 'topUp',
    args: { principalId: principalIdOf(principal), amountUsd: amountOf('the amount', amount), expiresAt, reason },
    repeatedBy: ['--expires', expiresAt],
  }, options, context);
}

const EXEMPT_OPTIONS = { until: { value: '<time>' }, reason: { value: '<text>' }, ...YES_OPTION, ...CHANGE_OPTIONS } satisfies OptionSpecs;

const EXEMPT_SUMMARY = 'neither warn nor restrict a principal for a time';

export const exemptCommand: Command = {
  summary: EXEMPT_SUMMARY,
  help: helpOf({
    name: 'budgeteer budget exempt',
    summary: EXEMPT_SUMMARY,
    usage: ['<principal> --reason <text> [--until <time>] [options]'],
    about: 'Spend is counted and shown as ever. Without --until the exemption has no end: that is asked for before it is given.',
    options: [['--until <time>', TIMES], ['--reason <text>', 'why; it must be given'], YES_HELP, ...CHANGE_HELP],
    examples: ['budgeteer budget exempt iam-role/123456789012/incident --until 12h \\', '  --reason "incident 4711"'],
  }),
  run: exempt,
};

async function exempt(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options, positionals: [principal] } = readArguments(args, EXEMPT_OPTIONS, ['<principal>']);
  const principalId = principalIdOf(principal);
  const until = options.until && instantOf('until', options.until, context.now());
  const reason = required('reason', '<text>', options.reason);
  return carryOut({
    operation: 'exempt',
    args: { principalId, until, reason },
    ...(until ? { repeatedBy: ['--until', until] } : { effect: `exempting ${principalId} without end, whatever it spends` }),
  }, options, context);
}

const END_OPTIONS = { reason: { value: '<text>' }, ...CHANGE_OPTIONS } satisfies OptionSpecs;

const END_SUMMARY = 'end an exemption before its time';

export const endExemptionCommand: Command = {
  summary: END_SUMMARY,
  help: helpOf({
    name: 'budgeteer budget end-exemption',
    summary: END_SUMMARY,
    usage: ['<principal> [options]'],
    about: 'From then on the budget holds again: who is over the limit is suspended after the grace period.',
    options: [['--reason <text>', 'why, for the history'], ...CHANGE_HELP],
    examples: ['budgeteer budget end-exemption iam-role/123456789012/incident'],
  }),
  run: endExemption,
};

async function endExemption(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options, positionals: [principal] } = readArguments(args, END_OPTIONS, ['<principal>']);
  return carryOut({ operation: 'endExemption', args: { principalId: principalIdOf(principal), reason: options.reason } }, options, context);
}
