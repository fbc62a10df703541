import { PrincipalKindName } from '../../../contract';
import { Budget } from '../budget';
import { isoInstant, Item, limitFromItem, limitsToItem } from '../budget-item';
import { formatPeriod } from '../calendar';
import { CoreContext } from '../evaluator';
import { MAX_LABEL_VALUE_LENGTH } from '../label-rule';
import { formatUsd } from '../money';
import { forEachConcurrently } from '../ordered-batch';
import { plainText } from '../plain-text';
import { principalFromId, sharedRolePrincipalId } from '../principal';
import { Settings } from '../settings';
import { AgentRegistrarPorts, changeItem, ItemChange, REGISTRAR, RuntimeAttribute } from './agent-core';
import { OwnLabel } from './runtime-labels';
import { RegistrationTime } from './runtime-registration';
import { MAX_LISTED_RUNTIMES, sharedLimits } from './shared-limits';

/**
 * Runtimes that share an execution role cannot be told apart in the log: their calls are charged to a budget that they share, which
 * is kept here.
 */

const CONCURRENCY = 10;

/** What it takes of the registrar's ports: the monitor keeps shared budgets as well. */
export type SharingPorts = Pick<AgentRegistrarPorts, 'directory' | 'store' | 'settings' | 'log' | 'backOff'>;

/**
 * Makes the shared budget of a role be as its runtimes are: there while two or more are registered with it, and removed, so that a
 * restriction is lifted, while fewer are. Writes only where something changes.
 *
 * @param written runtimes whose items were just written: the index need not show them yet. Every runtime's own item decides whether
 * it is a member, so one that the index still shows and that left does no harm.
 */
export async function syncSharedRole(
  roleId: string, written: readonly string[], time: Omit<RegistrationTime, 'now'>, ports: SharingPorts, { region }: Pick<CoreContext, 'region'>,
): Promise<void> {
  const role = principalFromId(roleId);
  if (role?.kind !== PrincipalKindName.IAM_ROLE) {
    ports.log.warn('an active role is no role: mend the attribute by hand', { roleId: roleId.slice(0, 120), written });
    return;
  }
  const sharedId = sharedRolePrincipalId(role, region);
  const { settings } = await ports.settings.load();
  const { plan, changed } = await changeItem(sharedId, async item => {
    // In this order: whoever registered a runtime before the item was read is found by it, whoever does after makes the write fail.
    const candidates = new Set([...await ports.directory.runtimesOf(roleId), ...written, ...runtimesOn(item)]);
    const members = candidates.size < 2 ? [] : await membersAmong([...candidates], roleId, ports);
    return { members: members.length, change: planSharing(item, members, settings, time) };
  }, ports);
  if (changed) {
    ports.log.info('shared budget of a role', { principalId: sharedId, members: plan.members });
  }
}

interface Member {
  readonly principalId: string;
  readonly item: Item;
}

/** The runtimes among the candidates that are registered with the role now. */
async function membersAmong(candidates: readonly string[], roleId: string, { store }: Pick<AgentRegistrarPorts, 'store'>): Promise<readonly Member[]> {
  const members: Member[] = [];
  await forEachConcurrently(candidates, CONCURRENCY, async principalId => {
    const item = await store.read(principalId);
    if (item?.activeRole === roleId) {
      members.push({ principalId, item });
    }
  });
  return members.sort((a, b) => (a.principalId < b.principalId ? -1 : 1));
}

function planSharing(item: Item | undefined, members: readonly Member[], settings: Settings, { at, today }: Omit<RegistrationTime, 'now'>): ItemChange | undefined {
  if (members.length < 2) {
    return item && item.removedAt === undefined ? { set: { removedAt: isoInstant(at) }, defaults: {}, remove: [] } : undefined;
  }
  const listed = members.slice(0, MAX_LISTED_RUNTIMES).map(({ principalId }) => principalId);
  const labels = { ...labelsOn(item), [OwnLabel.RUNTIMES]: runtimesLabel(members) };
  const limits = limitsChange(item, members, settings);
  const enforcement = enforcementChange(item, members, at);
  const set = {
    ...(item?.kind === PrincipalKindName.AGENT_ROLE ? {} : { kind: PrincipalKindName.AGENT_ROLE }),
    ...(runtimesOn(item).join() === listed.join() ? {} : { runtimes: listed }),
    // A stack's labels are the stack's.
    ...(item?.declared !== undefined || labelsOn(item)[OwnLabel.RUNTIMES] === labels[OwnLabel.RUNTIMES] ? {} : { labels }),
    ...limits.set,
    ...enforcement.set,
  };
  const remove = [...(item?.removedAt === undefined ? [] : ['removedAt']), ...limits.remove, ...enforcement.remove];
  return Object.keys(set).length === 0 && remove.length === 0
    ? undefined
    : { set, defaults: { registeredAt: isoInstant(at), anchorDay: today }, remove };
}

/** Limits that were not computed here are an operator's or a stack's, and stay. */
function limitsChange(item: Item | undefined, members: readonly Member[], settings: Settings): Pick<ItemChange, 'set' | 'remove'> {
  const given = item?.limits;
  const computedBefore = item?.[RuntimeAttribute.COMPUTED_LIMITS];
  if (given !== undefined && readable(given) !== readable(computedBefore)) {
    return { set: {}, remove: [] };
  }
  const limits = sharedLimits(members.map(({ item: member }) => ({ kind: PrincipalKindName.AGENT_RUNTIME, ...ownLimits(member) })), settings);
  const computed = limits && limitsToItem(limits);
  if (readable(computed) === readable(given) && readable(computed) === readable(computedBefore)) {
    return { set: {}, remove: [] };
  }
  return computed
    ? { set: { limits: computed, [RuntimeAttribute.COMPUTED_LIMITS]: computed, updatedBy: REGISTRAR }, remove: [] }
    : { set: { updatedBy: REGISTRAR }, remove: ['limits', RuntimeAttribute.COMPUTED_LIMITS] };
}

/**
 * Whom somebody only observes, or has exempted, must not be denied for sharing a role: as long as there is one, the shared budget is observed, unless
 * somebody has decided on it as well.
 */
function enforcementChange(item: Item | undefined, members: readonly Member[], at: number): Pick<ItemChange, 'set' | 'remove'> {
  const given = item?.enforcement;
  const computedBefore = item?.[RuntimeAttribute.COMPUTED_ENFORCEMENT];
  const computed = members.some(({ item: member }) => member.enforcement === OBSERVE || isExempt(member, at)) ? OBSERVE : undefined;
  if ((given !== undefined && given !== computedBefore) || computed === given) {
    return { set: {}, remove: [] };
  }
  return computed
    ? { set: { enforcement: computed, [RuntimeAttribute.COMPUTED_ENFORCEMENT]: computed, updatedBy: REGISTRAR }, remove: [] }
    : { set: { updatedBy: REGISTRAR }, remove: ['enforcement', RuntimeAttribute.COMPUTED_ENFORCEMENT] };
}

const OBSERVE = 'observe';

function isExempt({ exemption }: Item, at: number): boolean {
  const until = (exemption as { readonly until?: unknown } | undefined)?.until;
  return exemption !== undefined && (until === undefined || Date.parse(String(until)) > at);
}

/** @throws BudgetItemError for limits that somebody broke by hand: what they add up to is not known */
function ownLimits({ limits }: Item): Pick<Budget, 'limits'> {
  return limits === undefined ? {} : { limits: (limits as readonly Item[]).map(limitFromItem) };
}

/** Limits in the one form in which they can be compared: amounts as decimals, in a fixed order. What cannot be read is equal to nothing. */
function readable(limits: unknown): string | undefined {
  if (limits === undefined) {
    return undefined;
  }
  try {
    const read = (limits as readonly Item[]).map(limitFromItem);
    return JSON.stringify(read.map(({ amount, period, anchorDay }) => [formatPeriod(period), formatUsd(amount), anchorDay]).sort());
  } catch {
    return `unreadable: ${JSON.stringify(limits)}`;
  }
}

function runtimesLabel(members: readonly Member[]): string {
  const names = members.map(({ principalId, item }) => labelsOn(item)[OwnLabel.NAME] ?? principalFromId(principalId)?.name ?? principalId);
  const note = members.length > MAX_LISTED_RUNTIMES ? `${members.length} runtimes, of which the first ${MAX_LISTED_RUNTIMES} are listed: ` : '';
  return plainText(`${note}${names.map(name => plainText(name, 60)).join(', ')}`, MAX_LABEL_VALUE_LENGTH);
}

function labelsOn(item: Item | undefined): Readonly<Record<string, unknown>> {
  const labels = item?.labels;
  return typeof labels === 'object' && labels !== null && !Array.isArray(labels) ? labels as Item : {};
}

function runtimesOn(item: Item | undefined): readonly string[] {
  const runtimes = item?.runtimes;
  return Array.isArray(runtimes) ? runtimes.filter((id): id is string => typeof id === 'string' && principalFromId(id)?.kind === PrincipalKindName.AGENT_RUNTIME) : [];
}

