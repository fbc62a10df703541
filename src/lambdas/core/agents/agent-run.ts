import { Metric } from '../../../contract';
import { Item } from '../budget-item';
import { dayOf } from '../calendar';
import { CoreContext } from '../evaluator';
import { plainText } from '../plain-text';
import { AgentRegistrarPorts, changeItem, patiently } from './agent-core';
import { reportRefusal } from './runtime-refusal';
import { ObservedRuntime, planRegistration, planRemoval, RegistrationTime } from './runtime-registration';
import { syncSharedRole } from './shared-role';

/** What a run of the registrar did. */
export interface RegistrarTally {
  registered: number;
  changed: number;
  removed: number;
  refused: number;
}

/** One run, of an event or a sweep: writes what was observed, and remembers the roles on which a share may have changed. */
export class AgentRun {
  public readonly tally: RegistrarTally = { registered: 0, changed: 0, removed: 0, refused: 0 };
  private readonly roles = new Map<string, Set<string>>();

  /** @param now when the run looks at the world, epoch milliseconds */
  constructor(public readonly ports: AgentRegistrarPorts, public readonly context: CoreContext, public readonly now: number) {}

  /** @param arn by which AgentCore tells the tags of a runtime that is registered without them */
  public async register(observed: ObservedRuntime, at: number, arn?: string): Promise<void> {
    const { principalId, labels, roleId } = observed;
    const { before, plan } = await changeItem(principalId, async item => {
      const isNew = item?.activeRole === undefined && item?.removedAt === undefined;
      const tags = labels.tags ?? (isNew && arn ? await this.tagsOf(arn) : undefined);
      return planRegistration(item, { ...observed, labels: { ...labels, ...(tags ? { tags } : {}) } }, this.timeOf(at));
    }, this.ports);
    // Also where nothing was written: an earlier attempt may have come to its end between the two.
    this.touch(roleId, principalId);
    this.touchBefore(before, before?.activeRole, principalId);
    switch (plan.outcome) {
      case 'registered':
        this.tally.registered += 1;
        this.ports.metrics.add(Metric.RUNTIMES_REGISTERED, 1);
        this.ports.log.info('registered an AgentCore runtime', { principalId, role: roleId });
        break;
      case 'changed':
        this.tally.changed += 1;
        this.ports.log.info('an AgentCore runtime changed', { principalId, role: roleId, attributes: Object.keys(plan.change!.set) });
        break;
      case 'deleted-before':
        this.ports.log.info('left alone: the runtime was deleted', { principalId, removedAt: before?.removedAt });
        break;
    }
  }

  /** @param reason why it is gone, for the log */
  public async remove(principalId: string, at: number, known: 'known-only' | 'also-unknown', reason: string): Promise<void> {
    const { before, changed } = await changeItem(principalId, item => planRemoval(item, this.timeOf(at), known), this.ports);
    this.touchBefore(before, before?.activeRole ?? before?.role, principalId);
    if (changed) {
      this.tally.removed += 1;
      this.ports.log.info('removed an AgentCore runtime', { principalId, reason });
    }
  }

  /** @param id of the runtime, checked or not */
  public async refuse(id: string, at: number, reason: string, principalId?: string): Promise<void> {
    this.tally.refused += 1;
    const name = id.replace(/[^\w-]/g, '_').slice(0, 100);
    await reportRefusal({ name, at, reason, ...(principalId ? { principalId } : {}) }, this.ports, this.context);
  }

  /** Shared budgets of a role are as its runtimes are now. */
  public syncRole(roleId: string): Promise<void> {
    return syncSharedRole(roleId, [...this.roles.get(roleId) ?? []], this.timeOf(this.now), this.ports, this.context);
  }

  public get touchedRoles(): readonly string[] {
    return [...this.roles.keys()];
  }

  /** The role that it had, and the one that it left before: the run that should have looked at that one may have come to no end. */
  private touchBefore(before: Item | undefined, roleId: unknown, principalId: string): void {
    this.touch(roleId, principalId);
    this.touch((before?.formerRole as Item | undefined)?.id, principalId);
  }

  private touch(roleId: unknown, principalId: string): void {
    if (typeof roleId === 'string') {
      this.roles.set(roleId, (this.roles.get(roleId) ?? new Set()).add(principalId));
    }
  }

  /** Tags are for people: a budget must not wait for them. */
  private async tagsOf(arn: string): Promise<Readonly<Record<string, string>>> {
    try {
      return await patiently(() => this.ports.agentCore.tags(arn), this.ports);
    } catch (error) {
      const problem = plainText(`${(error as Error).name}: ${(error as Error).message}`, 300);
      this.ports.log.warn('registered without tags, since they could not be read', { arn: plainText(arn, 200), problem });
      return {};
    }
  }

  private timeOf(at: number): RegistrationTime {
    return { at, today: dayOf(at, this.context.timeZone), now: this.now };
  }
}
