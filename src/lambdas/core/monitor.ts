import { EventType, LogMessage, Metric, PrincipalKindName, SettingName } from '../../contract';
import { agentBudgetIds, poolOf, poolUsedPercent } from './agents/agent-pool';
import { Budget, Status } from './budget';
import { BudgetItemError, isoInstant } from './budget-item';
import { groupBy } from './collections';
import { decideAndSave } from './decide-and-save';
import { decide, Decision, mayBeDenied, RECHECK_MS, WORKFLOW_PATIENCE_MS } from './decision';
import { budgetsOnTarget, restricts } from './deny-holders';
import { attachmentKey, Drift, isSuspendedForLong, missingDeny, orphanedDeny, PROPAGATION_MS, roleJustLeft } from './drift';
import { CoreContext } from './evaluator';
import { BudgetEvent, eventOf } from './events';
import {
  BudgetReader, BudgetStore, DenyInventory, EventPublisher, HeldPolicies, Log, Metrics, RegisteredRuntime, RuntimeDirectory, SettingsInForce, SettingsMemory,
  SettingAuthors, SettingsSnapshot, SettingsSource, WatchList, Workflows,
} from './ports';
import { principalFromId } from './principal';
import { Attachable, idOfTarget, isAttachable, restrictionTarget } from './restriction-target';
import { EnforcementMode, Settings } from './settings';
import { isNotable, standingOf } from './standing';
import { digestOf } from './value-digest';
import { FAILURE_RETRY_MS, repairWorkflow } from './workflow-start';

export interface MonitorPorts {
  readonly store: BudgetStore;
  readonly reader: BudgetReader;
  readonly watchList: WatchList;
  /** Absent where AgentCore runtimes have no budgets. */
  readonly runtimes?: RuntimeDirectory;
  /** Keeps the shared budget of a role as its runtimes and their limits are. */
  readonly sharing?: { sync(roleId: string, now: number): Promise<void> };
  readonly inventory: DenyInventory;
  /** Absent where suspending removes no policies. */
  readonly backups?: HeldPolicies;
  readonly settings: SettingsSource;
  readonly memory: SettingsMemory;
  readonly authors: SettingAuthors;
  readonly events: EventPublisher;
  readonly workflows: Workflows;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface MonitorSummary {
  readonly enforcement: EnforcementMode;
  readonly settingsChanged: boolean;
  /** Principals that were looked at because they were due. */
  readonly looked: number;
  /** Decisions that changed a status. */
  readonly decided: number;
  /** Thresholds that nobody had noticed: a stream record was lost. */
  readonly unevaluated: number;
  readonly suspended: number;
  readonly drift: readonly Drift[];
  /** Principals that could not be looked at; everybody else was. */
  readonly failures: number;
}

/** Once in so long, everybody who stands above every threshold is told, whether looked at or not. Runs are five minutes apart. */
const STANDINGS_EVERY_MS = 60 * 60 * 1000;
const RUN_EVERY_MS = 5 * 60 * 1000;

/** What a run reads and writes for the tables of the dashboard at most: nobody looks through more. */
const MAX_STANDINGS_READ = 2_000;
/** Of each status, so that many warnings leave out nobody who is suspended. */
const MAX_STANDINGS_OF_STATUS = 250;
/** So few that what was read is told before it can have become old. */
const STANDINGS_AT_ONCE = 100;

/** Thrown at the end of a run in which some principals could not be looked at. */
export class MonitorIncompleteError extends Error {
  public readonly name = 'MonitorIncompleteError';
}

/**
 * The safety net below the stream. It looks only at who is due (the sparse index), so its reads do not grow with the number of
 * principals: deadlines and periods that pass without anybody spending, spend that was never evaluated, and principals whose
 * state in IAM is not what the table says.
 */
export async function runMonitor(time: number, ports: MonitorPorts, context: CoreContext): Promise<MonitorSummary> {
  const inForce = await ports.settings.load();
  ports.metrics.add(Metric.ENFORCEMENT_PAUSED, inForce.settings.enforcement === 'on' ? 0 : 1);
  const { changed: settingsChanged, snapshot } = await announceSettings(inForce, time, ports, context);
  const run = new Run(time, inForce.settings, settingsChanged, ports, context);
  const isLifted = inForce.settings.enforcement === 'lifted';
  if (isLifted) {
    // Whoever waits for access comes first, however many others there are to look at.
    await run.lookAtSuspended();
  }
  await run.lookAtOpen();
  if (snapshot) {
    // Not before everybody was looked at: a run that is cut off must come back to it.
    await ports.memory.remember(snapshot);
  }
  if (!isLifted) {
    await run.lookAtSuspended();
  }
  await run.withoutStopping('the AgentCore runtimes', () => run.lookAtAgents());
  await run.liftOrphans();
  await run.withoutStopping('the standings', () => run.tellStandings());
  const summary = run.summary();
  ports.metrics.add(Metric.MONITOR_RUNS, 1);
  ports.metrics.add(Metric.PRINCIPALS_SUSPENDED, summary.suspended);
  ports.metrics.add(Metric.DRIFT_DETECTED, summary.drift.length);
  ports.metrics.add(Metric.UNEVALUATED_FOUND, summary.unevaluated);
  ports.log.info('monitored', { ...summary, drift: summary.drift.map(({ kind, principalId }) => `${kind} ${principalId}`) });
  if (summary.failures > 0) {
    throw new MonitorIncompleteError(`${summary.failures} principals could not be looked at; see the errors logged before`);
  }
  return summary;
}

class Run {
  private looked = 0;
  private decided = 0;
  private unevaluated = 0;
  private failures = 0;
  private readonly suspended = new Set<string>();
  /** Whose deny has a suspended budget behind it. */
  private readonly deniedRightly = new Set<string>();
  /** Where the deny was found missing. */
  private readonly putBack = new Set<string>();
  /** Whose policies are being removed, since a removal was lost. */
  private readonly madeUpFor = new Set<string>();
  private readonly rolesJustLeft = new Set<string>();
  /** Roles that are denied for a budget that AgentCore runtimes share. */
  private readonly deniedForSharing = new Set<string>();
  private readonly drift: Drift[] = [];
  /** Whoever this run has looked at. */
  private readonly seen = new Set<string>();
  private readonly told = new Map<Status, number>();
  private attachments?: ReadonlyMap<string, Attachable>;
  private lettingGo?: readonly Budget[];

  constructor(
    private readonly time: number,
    private readonly settings: Settings,
    private readonly settingsChanged: boolean,
    private readonly ports: MonitorPorts,
    private readonly context: CoreContext,
  ) {}

  public async lookAtOpen(): Promise<void> {
    // Changed settings may concern everybody on the watch list, not only who is due.
    for await (const principalId of this.ports.watchList.open(this.settingsChanged ? undefined : this.time)) {
      await this.withoutStopping(principalId, async () => this.note(await this.look(principalId)));
    }
  }

  public async lookAtSuspended(): Promise<void> {
    const attachments = await this.listAttachments();
    for await (const principalId of this.ports.watchList.suspended()) {
      await this.withoutStopping(principalId, async () => {
        const budget = await this.look(principalId);
        this.noteOnTheHour(budget);
        const target = budget && restrictionTarget(budget, this.context.ownAccountId);
        if (budget?.status === 'suspended' && target && isAttachable(target)) {
          const key = attachmentKey(target);
          const missing = missingDeny(budget, attachments.has(key), this.time);
          const mayDeny = mayBeDenied(budget, { settings: this.settings });
          if (missing && !mayDeny) {
            // Whoever took it off in an emergency is not to be fought: the table follows IAM, and the policies come back where they were removed.
            // A deny that has not arrived yet at the next role of a runtime was taken off by nobody, and is put there.
            this.noteOnTheHour(await this.look(principalId, undefined, true));
            return;
          }
          this.suspended.add(principalId);
          this.deniedRightly.add(key);
          if (budget.kind === PrincipalKindName.AGENT_ROLE) {
            this.deniedForSharing.add(idOfTarget(target, this.context.ownAccountId));
          }
          if (!mayDeny) {
            return;
          }
          // Several budgets may have one role denied: what is missing is missing once.
          if (missing && !this.putBack.has(key)) {
            this.putBack.add(key);
            await this.repair(missing, 'suspension');
          }
          await this.tryAgain(budget);
          if (attachments.has(key)) {
            await this.makeUpForRemoval(budget, target);
          }
        }
      });
    }
  }

  /**
   * Writes down where those stand whom this run has not looked at. Whoever was due was read anyway, and told at once; once an hour everybody on the watch list
   * is read, since a long grace period or a restoration that hangs gives no reason to look.
   */
  public async tellStandings(): Promise<void> {
    if (this.tellsEverybody()) {
      const unread: string[] = [];
      for await (const principalId of this.ports.watchList.open()) {
        if (!this.seen.has(principalId) && unread.push(principalId) === MAX_STANDINGS_READ) {
          break;
        }
      }
      for (let first = 0; first < unread.length; first += STANDINGS_AT_ONCE) {
        const budgets = await this.ports.reader.readMany(unread.slice(first, first + STANDINGS_AT_ONCE));
        budgets.forEach(budget => this.note(budget));
      }
    }
    const leftOut = [...this.told].map(([status, count]) => [status, count - MAX_STANDINGS_OF_STATUS] as const).filter(([, count]) => count > 0);
    if (leftOut.length > 0) {
      this.ports.log.warn('too many stand above their thresholds to tell them all', { toldOfEach: MAX_STANDINGS_OF_STATUS, leftOut: Object.fromEntries(leftOut) });
    }
  }

  private tellsEverybody(): boolean {
    return this.time % STANDINGS_EVERY_MS < RUN_EVERY_MS;
  }

  /** Of those who are looked at in every run: they need not be told in every one. */
  private noteOnTheHour(budget: Budget | undefined): void {
    if (this.tellsEverybody()) {
      this.note(budget);
    }
  }

  /** Right after the look: the latest line counts, and whoever changes meanwhile is told by the evaluator, after this one. */
  private note(budget: Budget | undefined): void {
    if (!budget || !isNotable(budget)) {
      return;
    }
    const count = (this.told.get(budget.status) ?? 0) + 1;
    this.told.set(budget.status, count);
    if (count <= MAX_STANDINGS_OF_STATUS) {
      this.ports.log.info(LogMessage.STANDING, { ...standingOf(budget, { ...this.context, settings: this.settings }, this.time) });
    }
  }

  /** What came after the deny has failed, the removal of policies: it is tried again for as long as it does. */
  private async tryAgain(budget: Budget): Promise<void> {
    if (budget.failure?.workflow === 'suspension' && budget.failure.at + FAILURE_RETRY_MS <= this.time) {
      await this.suspendAgain(budget);
    }
  }

  /**
   * A removal of policies that nobody knows of: its workflow ended between the deny and the removal, or the strategy was chosen after the suspension. Once it
   * begins there is a backup, also of somebody who has no policies. The deny is where it should be, so that this is no drift.
   */
  private async makeUpForRemoval(budget: Budget, target: Attachable): Promise<void> {
    const key = attachmentKey(target);
    // Whose removal failed is tried again in its own time.
    if (!this.ports.backups || budget.failure?.workflow === 'suspension' || this.madeUpFor.has(key) || !isSuspendedForLong(budget, this.time)) {
      return;
    }
    if (!await this.ports.backups.holds(idOfTarget(target, this.context.ownAccountId))) {
      this.madeUpFor.add(key);
      await this.suspendAgain(budget);
    }
  }

  private async suspendAgain(budget: Budget): Promise<void> {
    const { workflow, executionName, input } = repairWorkflow('suspension', budget, this.time);
    await this.ports.workflows.start(workflow, executionName, input);
  }

  public async liftOrphans(): Promise<void> {
    for (const [key, attachment] of await this.listAttachments()) {
      if (!this.deniedRightly.has(key)) {
        const principalId = idOfTarget(attachment, this.context.ownAccountId);
        await this.withoutStopping(principalId, async () => this.repair(await this.orphanOn(attachment, principalId), 'restoration'));
      }
    }
  }

  /**
   * Every registered AgentCore runtime is looked at, whatever events and stream records were missed: they are few beside the calls that they make,
   * and the index tells which they are.
   */
  public async lookAtAgents(): Promise<void> {
    const { runtimes: directory, reader, metrics } = this.ports;
    if (!directory) {
      return;
    }
    const runtimes: RegisteredRuntime[] = [];
    for await (const runtime of directory.all()) {
      runtimes.push(runtime);
    }
    await this.syncSharedBudgets(runtimes);
    const ids = agentBudgetIds(runtimes, this.context.region);
    const all = [...ids.charged, ...ids.own];
    const images = await reader.readMany(all);
    // Before they are looked at one by one, which may take longer than what was read stays true.
    images.forEach(image => this.noteOnTheHour(this.seen.has(image.principalId) ? undefined : image));
    const budgets: Budget[] = [];
    for (const principalId of all) {
      await this.withoutStopping(principalId, async () => {
        const budget = await this.look(principalId, images.get(principalId));
        budgets.push(...(budget ? [budget] : []));
      });
    }
    budgets.map(budget => roleJustLeft(budget, this.time)).forEach(roleId => roleId && this.rolesJustLeft.add(roleId));
    const pool = poolOf(budgets, ids, runtimes.length, { ...this.context, settings: this.settings }, this.time);
    metrics.add(Metric.AGENTS_MONITORED, pool.runtimes);
    metrics.add(Metric.AGENTS_EXCEEDED, pool.exceeded);
    metrics.add(Metric.AGENT_POOL_USED_PERCENT, poolUsedPercent(pool));
  }

  /**
   * Events and the hourly look do so as well; but a limit that was raised, and two runtimes that missed each other, need not wait for these. And a role must
   * not stay denied for a share that nobody has any more, whoever was to end it.
   */
  private async syncSharedBudgets(runtimes: readonly RegisteredRuntime[]): Promise<void> {
    const shared = [...groupBy(runtimes, runtime => runtime.roleId)].filter(([, members]) => members.length > 1).map(([roleId]) => roleId);
    for (const roleId of new Set([...shared, ...this.deniedForSharing])) {
      await this.withoutStopping(roleId, async () => this.ports.sharing?.sync(roleId, this.time));
    }
  }

  /** A deny is an orphan where none of the budgets that may restrict the principal holds it, or is about to let it go. */
  private async orphanOn(attachment: Attachable, principalId: string): Promise<Drift | undefined> {
    const own = await this.ports.store.read(principalId);
    for (const other of await budgetsOnTarget(attachment, this.ports, this.context)) {
      const budget = other === principalId ? own : await this.ports.store.read(other);
      if (budget && this.accountsFor(budget, attachment)) {
        return undefined;
      }
    }
    if (this.rolesJustLeft.has(principalId)) {
      return undefined;
    }
    const letGo = (await this.removedRuntimes()).some(budget => this.accountsFor(budget, attachment));
    return letGo ? undefined : orphanedDeny(principalId, own, this.time);
  }

  private accountsFor(budget: Budget, attachment: Attachable): boolean {
    return restricts(budget, attachment, this.context.ownAccountId) && !orphanedDeny(budget.principalId, budget, this.time);
  }

  /**
   * Runtimes that are no more, and whose role is being freed: the index of runtimes does not have them, the watch list does until their workflow is
   * overdue. Asked for only where a role is denied for nobody that is known.
   */
  private async removedRuntimes(): Promise<readonly Budget[]> {
    if (!this.ports.runtimes) {
      return [];
    }
    if (!this.lettingGo) {
      const ids: string[] = [];
      for await (const principalId of this.ports.watchList.open(this.time + WORKFLOW_PATIENCE_MS + PROPAGATION_MS)) {
        if (principalFromId(principalId)?.kind === PrincipalKindName.AGENT_RUNTIME) {
          ids.push(principalId);
        }
      }
      const budgets = ids.length > 0 ? await this.ports.reader.readMany(ids) : new Map<string, Budget>();
      this.lettingGo = [...budgets.values()].filter(({ removedAt }) => removedAt !== undefined);
    }
    return this.lettingGo;
  }

  public summary(): MonitorSummary {
    const { settingsChanged, looked, decided, unevaluated, failures, drift } = this;
    return { enforcement: this.settings.enforcement, settingsChanged, looked, decided, unevaluated, suspended: this.suspended.size, drift, failures };
  }

  /** Decides anew on whoever is due; a look that finds nothing still settles the next one. */
  private async look(principalId: string, image?: Budget, takenOffByHand?: boolean): Promise<Budget | undefined> {
    this.looked += 1;
    this.seen.add(principalId);
    const context = { ...this.context, settings: this.settings, ...(takenOffByHand ? { takenOffByHand } : {}) };
    const due = ({ nextCheckAt }: Budget, decision: Decision) =>
      decision.changed || (nextCheckAt !== undefined && nextCheckAt <= this.time && nextCheckAt !== decision.nextCheckAt);
    const saved = await decideAndSave(principalId, this.time, this.ports, context, image, due);
    if (saved?.decision?.changed) {
      this.decided += 1;
      this.unevaluated += this.wasMissed(saved.before!) ? 1 : 0;
      this.ports.log.info('decided', { principalId, to: saved.decision.status, reason: saved.decision.reason });
    }
    return saved?.budget;
  }

  /**
   * Whether the principal's last call had crossed a threshold already; exemptions, top-ups and settings that end later are nobody's fault. Agents are
   * looked at without being due: the stream is given the time that it has with everybody else.
   */
  private wasMissed(budget: Budget): boolean {
    const { lastCallAt = 0, nextCheckAt = Infinity } = budget;
    const hadTime = nextCheckAt <= this.time || lastCallAt + RECHECK_MS <= this.time;
    return !this.settingsChanged && hadTime && decide(budget, { ...this.context, settings: this.settings }, lastCallAt).crossed.length > 0;
  }

  private async repair(drift: Drift | undefined, workflow: 'suspension' | 'restoration'): Promise<void> {
    if (!drift) {
      return;
    }
    const start = repairWorkflow(workflow, drift, this.time);
    await this.ports.workflows.start(start.workflow, start.executionName, start.input);
    this.drift.push(drift);
    await this.ports.events.publish([eventOf(EventType.DRIFT_DETECTED, this.context, {
      eventId: `drift/${start.executionName}`,
      occurredAt: isoInstant(this.time),
      actor: 'budget-monitor',
      principalId: drift.principalId,
      reason: drift.kind === 'missing'
        ? 'suspended, but the deny policy was not attached: it is put back'
        : 'not suspended, but the deny policy was attached: it is lifted',
      before: { denied: drift.kind === 'orphaned' },
      after: { denied: drift.kind === 'missing' },
    })]);
  }

  /** One principal that cannot be looked at must not cost the others their look. */
  public async withoutStopping(principalId: string, look: () => Promise<unknown>): Promise<void> {
    try {
      await look();
    } catch (error) {
      this.failures += 1;
      if (error instanceof BudgetItemError) {
        this.ports.metrics.add(Metric.EVALUATION_FAILURES, 1);
      }
      this.ports.log.error('could not look at a principal', { principalId, problem: `${(error as Error).name}: ${(error as Error).message}` });
    }
  }

  private async listAttachments(): Promise<ReadonlyMap<string, Attachable>> {
    if (!this.attachments) {
      const attachments = new Map<string, Attachable>();
      for (const attachment of await this.ports.inventory.list()) {
        if (attachment.type === 'group') {
          this.ports.log.error('the deny policy is attached to a group: detach it by hand', { group: attachment.name });
          this.ports.metrics.add(Metric.DRIFT_DETECTED, 1);
        } else {
          attachments.set(attachmentKey(attachment), attachment);
        }
      }
      this.attachments = attachments;
    }
    return this.attachments;
  }
}

/**
 * Tells a change of the settings in force, and refused values once each.
 *
 * @returns whether a value in force changed, and what to remember, where that is other than before
 */
async function announceSettings(
  inForce: SettingsInForce, time: number, ports: MonitorPorts, context: CoreContext,
): Promise<{ readonly changed: boolean; readonly snapshot?: SettingsSnapshot }> {
  const known = await ports.memory.recall();
  const now: SettingsSnapshot = { texts: inForce.texts, refused: inForce.refused.map(({ message }) => message) };
  if (known && JSON.stringify(sorted(known)) === JSON.stringify(sorted(now))) {
    return { changed: false };
  }
  const changed = known !== undefined && JSON.stringify(sorted(known).texts) !== JSON.stringify(sorted(now).texts);
  const event = (type: EventType, id: string, specifics: Partial<BudgetEvent['detail']> & { readonly reason: string }) => eventOf(type, context, {
    eventId: `${isoInstant(time)}/${id}`, occurredAt: isoInstant(time), actor: 'budget-monitor', ...specifics,
  });
  await ports.events.publish([
    // Two changes may be found in one second, where the monitor is run by hand: what is in force tells them apart.
    ...(changed ? [event(EventType.CONFIGURATION_CHANGED, `configuration-changed-${digestOf(now.texts, 12)}`, {
      actor: await authorsOf(known!, now, ports), reason: 'run-time settings changed', before: known.texts, after: now.texts,
    })] : []),
    ...now.refused.filter(message => !known?.refused.includes(message)).map((message, index) =>
      event(EventType.CONFIGURATION_INVALID, `configuration-invalid-${index}`, { reason: `${message}; the last good value stays in force` })),
  ]);
  return { changed, snapshot: now };
}

/** Whoever gave the changed settings their values; several, where several did so since the last run. */
async function authorsOf(before: SettingsSnapshot, after: SettingsSnapshot, { authors }: MonitorPorts): Promise<string> {
  const changed = Object.values(SettingName).filter(name => before.texts[name] !== after.texts[name]);
  const arns = await Promise.all(changed.map(name => authors.lastAuthor(name)));
  return [...new Set(arns)].filter(Boolean).join(', ') || 'an operator, through SSM';
}

function sorted({ texts, refused }: SettingsSnapshot): SettingsSnapshot {
  return { texts: Object.fromEntries(Object.entries(texts).sort()) as SettingsSnapshot['texts'], refused: [...refused].sort() };
}
