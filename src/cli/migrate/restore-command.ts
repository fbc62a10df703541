import { AWS_OPTIONS, clientSettings, problemOf } from '../aws-clients';
import { YES_HELP, YES_OPTION } from '../budget/change';
import { plain } from '../budget/texts';
import { Command, CommandContext, ExitCode } from '../command';
import { confirmed, requireTerminal } from '../confirmation';
import { helpOf } from '../help';
import { OptionSpecs, readOptions } from '../options';
import { TextOutput } from '../text-output';
import { UsageError } from '../usage-error';
import { requireCallerIn } from './caller-account';
import { mapItems } from './mapping';
import { DENY_ALL_POLICY, KEY_POLICY } from './predecessor';
import { AWS_OF_PREDECESSOR_HELP, PREDECESSOR_HELP, PREDECESSOR_OPTIONS, readPredecessor } from './predecessor-options';
import { Access } from './restoring';
import { foreign, Restoration, Suspect, suspectsOf, Verdict, verdictOn } from './restrictions';

const OPTIONS = { ...PREDECESSOR_OPTIONS, 'only': { value: '<id>', repeatable: true }, 'dry-run': {}, ...YES_OPTION, ...AWS_OPTIONS } satisfies OptionSpecs;

const SUMMARY = 'give access back to whom the predecessor has suspended';

export const migrateRestoreCommand: Command = {
  summary: SUMMARY,
  help: helpOf({
    name: 'budgeteer migrate restore',
    summary: SUMMARY,
    usage: ['--environment <name> [--only <id>] [--dry-run] [options]'],
    about: `Looks in IAM who is shut out: users of API keys marked by the predecessor get ${KEY_POLICY} back; roles of AgentCore runtimes get the policies of the predecessor's `
      + `backup, and then lose ${DENY_ALL_POLICY}. Shows what is given to whom, asks, and does it with your own rights. What nobody remembers any more is told. Switch the `
      + 'predecessor\'s schedules off first, or it suspends them again; it only reads the predecessor\'s tables, and may be repeated.',
    options: [
      ...PREDECESSOR_HELP,
      ['--only <id>', 'one of them, by its id in the predecessor\'s table, as often as there are some'],
      ['--dry-run', 'show what would be given back, and change nothing'],
      YES_HELP,
      ...AWS_OF_PREDECESSOR_HELP,
    ],
    examples: [
      'budgeteer migrate restore --environment production --dry-run',
      'budgeteer migrate restore --environment production \\', '  --only BedrockAPIKey-data-reports',
    ],
  }),
  run: restore,
};

interface Case {
  readonly suspect: Suspect;
  readonly verdict: Verdict;
}

async function restore(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = readOptions(args, OPTIONS);
  const predecessor = await readPredecessor(options, context);
  const suspects = suspectsOf(mapItems(predecessor.items, { ...predecessor, autoCreated: true }));
  const chosen = only(suspects, options.only);
  await requireCallerIn(predecessor.account, options, context);
  const { IAMClient } = await import('@aws-sdk/client-iam');
  const access = new Access(new IAMClient(await clientSettings(options, context)));
  const cases: Case[] = [];
  for (const suspect of chosen) {
    cases.push({ suspect, verdict: foreign(suspect, predecessor.account) ?? verdictOn(suspect, await access.stateOf(suspect.identity)) });
  }
  const output = new TextOutput(context.stdout);
  await output.write(cases.map(caseText).join(''));
  await output.write(predecessor.unread.map(({ place, problem }) => `! ${place}: ${problem}\n`).join(''));
  const unclear = cases.filter(({ verdict }) => verdict.kind === 'unclear').length + predecessor.unread.length;
  const shut = cases.flatMap(({ suspect, verdict }) => (verdict.kind === 'restore' ? [{ suspect, ...verdict }] : []));
  await output.write(`${shut.length} to restore, ${unclear} unclear, ${cases.length - shut.length - cases.filter(({ verdict }) => verdict.kind === 'unclear').length} not shut out\n`);
  if (shut.length === 0 || options['dry-run'] !== undefined) {
    return unclear === 0 ? ExitCode.OK : ExitCode.INCOMPLETE;
  }
  if (options.yes === undefined && !await agreed(shut.length, context)) {
    await new TextOutput(context.stderr).write('Nothing was changed.\n');
    return ExitCode.INCOMPLETE;
  }
  let incomplete = unclear;
  for (const one of shut) {
    incomplete += await carryOut(one, access, output) ? 0 : 1;
  }
  return incomplete === 0 ? ExitCode.OK : ExitCode.INCOMPLETE;
}

function only(suspects: readonly Suspect[], ids: readonly string[] | undefined): readonly Suspect[] {
  const unknown = ids?.find(id => !suspects.some(suspect => suspect.ids.includes(id)));
  if (unknown !== undefined) {
    throw new UsageError(`--only "${plain(unknown)}" names nobody in the predecessor's tables whom IAM could know: give an id as it stands there`);
  }
  return ids === undefined ? suspects : suspects.filter(suspect => suspect.ids.some(id => ids.includes(id)));
}

async function agreed(count: number, context: CommandContext): Promise<boolean> {
  const effect = `giving ${count} ${count === 1 ? 'principal' : 'principals'} access again`;
  requireTerminal(effect, context);
  return confirmed(`G${effect.slice(1)}: go on?`, context, context.interruption()).catch(() => false);
}

/** Whether everything was given back. */
async function carryOut({ suspect, restoration, incomplete }: { readonly suspect: Suspect } & Extract<Verdict, { kind: 'restore' }>, access: Access, output: TextOutput): Promise<boolean> {
  try {
    const missing = await access.restore(suspect.identity, restoration);
    const lost = [...missing, ...(incomplete === undefined ? [] : [incomplete])];
    await output.write(`${nameOf(suspect)} has access again${lost.length > 0 ? `, but: ${lost.join('; ')}` : ''}\n`);
    return lost.length === 0;
  } catch (error) {
    await output.write(`${nameOf(suspect)} is still shut out: ${problemOf(error)}\n`);
    return false;
  }
}

function caseText({ suspect, verdict }: Case): string {
  return verdict.kind === 'restore'
    ? [`+ ${nameOf(suspect)} is shut out\n`, ...stepsOf(verdict.restoration).map(step => `      ${step}\n`), ...(verdict.incomplete ? [`      ${verdict.incomplete}\n`] : [])].join('')
    : `${verdict.kind === 'unclear' ? '!' : ' '} ${nameOf(suspect)} ${verdict.why}\n`;
}

/** Documents are shown as they are: they say what is granted. */
function stepsOf({ attach, put, liftDenyAll, untag }: Restoration): readonly string[] {
  return [
    ...attach.map(arn => `attach ${plain(arn)}`),
    ...[...put].map(([name, document]) => `put the inline policy ${plain(name)}: ${document.replace(/\s+/g, ' ').replace(/[^\x20-\x7e]/g, '?')}`),
    ...(liftDenyAll ? [`remove the inline policy ${DENY_ALL_POLICY}`] : []),
    ...(untag.length > 0 ? [`remove the tags ${untag.join(', ')}`] : []),
  ];
}

function nameOf({ identity, ids }: Suspect): string {
  return `${identity.type} ${identity.name}${identity.type === 'role' ? ` (${ids.map(plain).join(', ')})` : ''}`;
}
