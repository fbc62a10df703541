import { Command, CommandContext, ExitCode } from '../command';
import { helpOf } from '../help';
import { OptionSpecs, readArguments } from '../options';
import { UsageError } from '../usage-error';
import { limitOf } from './arguments/amounts';
import { labelsOf } from './arguments/labels';
import { principalIdOf } from './arguments/principal';
import { thresholdsOf } from './arguments/thresholds';
import { carryOut, CHANGE_HELP, CHANGE_OPTIONS, YES_HELP, YES_OPTION } from './change';

const SET_OPTIONS = {
  'limit': { value: '<amount>/<period>', repeatable: true },
  'label': { value: '<key>=<value>', repeatable: true },
  'no-labels': {},
  'enforcement': { value: '<enforced or observe>', choices: ['enforced', 'observe'] },
  'reason': { value: '<text>' },
  ...CHANGE_OPTIONS,
} satisfies OptionSpecs;

const SET_SUMMARY = 'give a principal limits of its own';

export const setCommand: Command = {
  summary: SET_SUMMARY,
  help: helpOf({
    name: 'budgeteer budget set',
    summary: SET_SUMMARY,
    usage: ['<principal> --limit <amount>/<period> [options]'],
    about: 'The limits take the place of those that the principal has. Labels and enforcement stay as they are where they are not given.',
    options: [
      ['--limit <limit>', '<amount>/<period>, in US dollars, as often as there are limits: 100/month, 10/day, 25/week (of the calendar), "50/30 days", '
        + '"50/30 days from 2026-03-01". A space may stand in place of the slash'],
      ['--label <label>', 'team=data, as often as there are labels: they take the place of those that the principal has. The first = ends the name; one in a name is written %3D'],
      ['--no-labels', 'take all labels away'],
      ['--enforcement', 'enforced: suspended over the limit; observe: only told of'],
      ['--reason <text>', 'why, for the history'],
      ...CHANGE_HELP,
    ],
    examples: [
      'budgeteer budget set iam-user/123456789012/alice --limit 100/month',
      'budgeteer budget set arn:aws:iam::123456789012:role/reports --dry-run \\',
      '  --limit 100/month --limit "10 day" --label team=data',
    ],
  }),
  run: set,
};

async function set(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options, positionals: [principal] } = readArguments(args, SET_OPTIONS, ['<principal>']);
  const { limit, label, enforcement, reason } = options;
  if (limit === undefined) {
    throw new UsageError('--limit is missing: write --limit <amount>/<period>, like --limit 100/month');
  }
  if (label !== undefined && options['no-labels'] !== undefined) {
    throw new UsageError('--label and --no-labels exclude each other: leave out one of them');
  }
  const labels = options['no-labels'] !== undefined ? {} : label && labelsOf(label);
  return carryOut({ operation: 'setBudget', args: { principalId: principalIdOf(principal), limits: limit.map(limitOf), labels, enforcement, reason } }, options, context);
}

const REMOVE_OPTIONS = { reason: { value: '<text>' }, ...YES_OPTION, ...CHANGE_OPTIONS } satisfies OptionSpecs;

const REMOVE_SUMMARY = 'take limits and thresholds of its own away';

export const removeCommand: Command = {
  summary: REMOVE_SUMMARY,
  help: helpOf({
    name: 'budgeteer budget remove',
    summary: REMOVE_SUMMARY,
    usage: ['<principal> [options]'],
    about: 'The default of the kind of principal holds again, if it has one. Asks before it does so.',
    options: [['--reason <text>', 'why, for the history'], YES_HELP, ...CHANGE_HELP],
    examples: ['budgeteer budget remove iam-user/123456789012/alice --reason "has left"'],
  }),
  run: remove,
};

async function remove(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options, positionals: [principal] } = readArguments(args, REMOVE_OPTIONS, ['<principal>']);
  const principalId = principalIdOf(principal);
  const effect = `taking the limits and thresholds of ${principalId} away`;
  return carryOut({ operation: 'removeBudget', args: { principalId, reason: options.reason }, effect }, options, context);
}

const THRESHOLDS_OPTIONS = {
  warning: { value: '<percent>' },
  critical: { value: '<percent>' },
  default: {},
  reason: { value: '<text>' },
  ...CHANGE_OPTIONS,
} satisfies OptionSpecs;

const THRESHOLDS_SUMMARY = 'set the shares of a limit at which people are told';

export const thresholdsCommand: Command = {
  summary: THRESHOLDS_SUMMARY,
  help: helpOf({
    name: 'budgeteer budget thresholds',
    summary: THRESHOLDS_SUMMARY,
    usage: ['<principal> --warning <percent> --critical <percent> [options]', '<principal> --default [options]'],
    about: 'Thresholds of its own, in percent of each limit, in place of those of the rest.',
    options: [
      ['--warning <percent>', 'like 70 or 72.5'],
      ['--critical <percent>', 'like 90'],
      ['--default', 'as for the rest again'],
      ['--reason <text>', 'why, for the history'],
      ...CHANGE_HELP,
    ],
    examples: [
      'budgeteer budget thresholds iam-user/123456789012/alice \\', '  --warning 50 --critical 80',
      'budgeteer budget thresholds iam-user/123456789012/alice --default',
    ],
  }),
  run: thresholds,
};

async function thresholds(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { options, positionals: [principal] } = readArguments(args, THRESHOLDS_OPTIONS, ['<principal>']);
  const { warning, critical } = options;
  const own = warning !== undefined && critical !== undefined;
  const any = warning !== undefined || critical !== undefined;
  if (options.default === undefined ? !own : any) {
    throw new UsageError('write --warning <percent> and --critical <percent>, or --default alone');
  }
  const percents = own
    ? thresholdsOf(warning, critical, { warning: '--warning', critical: '--critical' })
    : { warningPercent: null, criticalPercent: null };
  return carryOut({ operation: 'setThresholds', args: { principalId: principalIdOf(principal), ...percents, reason: options.reason } }, options, context);
}
