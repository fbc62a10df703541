import * as fc from 'fast-check';
import { EnforcerAction, EventType } from '../../../src/contract';
import { payersOf } from '../../../src/lambdas/core/agents/usage-routing';
import { Budget, Status } from '../../../src/lambdas/core/budget';
import { isoInstant, Item, limitsToItem, NumberText, WatchList } from '../../../src/lambdas/core/budget-item';
import { dayOf, windowOf } from '../../../src/lambdas/core/calendar';
import { RECHECK_MS } from '../../../src/lambdas/core/decision';
import { evaluateChange } from '../../../src/lambdas/core/evaluator';
import { planTransactions } from '../../../src/lambdas/core/metering';
import { addUsd, Usd, usd } from '../../../src/lambdas/core/money';
import { principalFromId } from '../../../src/lambdas/core/principal';
import { aCall, ACCOUNT, agentSettingTexts, DAY, HOUR, limit, MINUTE, REGION } from './builders';
import { InMemoryDeployment } from './in-memory/deployment';
import { armWith, DrawnFault, drawnFaults } from './in-memory/drawn-faults';

/**
 * AgentCore runtimes in a world that goes wrong: they spend in the name of their roles, are given other roles, come to share them, and vanish, while records
 * are lost, steps crash, and the index of runtimes lags behind. Once all is quiet a role is denied if and only if a budget on it asks for that.
 */

const ROLES = [`iam-role/${ACCOUNT}/one`, `iam-role/${ACCOUNT}/two`] as const;
const AGENTS = ['a', 'b', 'c'].map(name => `agent-runtime/${ACCOUNT}/${REGION}/${name}-Ab12Cd34Ef`);
const SHARED = ['one', 'two'].map(name => `agent-role/${ACCOUNT}/${REGION}/${name}`);
const HOLDERS = [...ROLES, ...AGENTS, ...SHARED];

/** What an agent may spend in 7 days, where nobody gave it a limit. */
const DEFAULT_LIMIT = 10;
const PERIOD = '7 days';

type Happening =
  | { readonly does: 'spend'; readonly role: string; readonly dollars: number }
  | { readonly does: 'register'; readonly agent: string; readonly role: string; readonly shareLater: boolean }
  | { readonly does: 'remove'; readonly agent: string }
  | { readonly does: 'limit'; readonly who: string; readonly dollars: number | undefined }
  | { readonly does: 'top-up'; readonly who: string; readonly dollars: number; readonly minutes: number }
  | { readonly does: 'hold'; readonly who: string; readonly on: boolean }
  | { readonly does: 'observe'; readonly who: string; readonly on: boolean }
  | { readonly does: 'by hand'; readonly role: string; readonly attached: boolean }
  | { readonly does: 'index'; readonly lags: boolean }
  | { readonly does: 'wait'; readonly minutes: number }
  | { readonly does: 'stream'; readonly record: number; readonly fate: 'delivered' | 'lost' | 'repeated' }
  | { readonly does: 'whole stream' }
  | { readonly does: 'workflow'; readonly execution: number }
  | { readonly does: 'repeat'; readonly execution: number; readonly action: EnforcerAction }
  | { readonly does: 'monitor' }
  | { readonly does: 'at once'; readonly role: string; readonly agent: string; readonly executions: readonly number[] }
  | { readonly does: 'all well'; readonly minutes: number };

const role = fc.constantFrom(ROLES[0], ROLES[0], ROLES[1]);
const agent = fc.constantFrom(AGENTS[0], AGENTS[0], AGENTS[1], AGENTS[2]);
const who = fc.constantFrom(...HOLDERS);
const dollars = fc.constantFrom(0, 1, 5, 9, 10, 12, 30);
const minutes = fc.constantFrom(1, 4, 6, 11, 20, 45);
const REPEATABLE = Object.values(EnforcerAction).filter(action => action !== EnforcerAction.RECORD_FAILURE);
const fates = fc.constantFrom('delivered' as const, 'delivered' as const, 'lost' as const, 'repeated' as const);
const does = <T extends string>(name: T) => fc.constant(name);
const orders: fc.WeightedArbitrary<Happening>[] = [
  { weight: 8, arbitrary: fc.record({ does: does('spend'), role, dollars }) },
  { weight: 5, arbitrary: fc.record({ does: does('register'), agent, role, shareLater: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ does: does('remove'), agent }) },
  { weight: 4, arbitrary: fc.record({ does: does('limit'), who, dollars: fc.option(dollars, { nil: undefined, freq: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ does: does('top-up'), who, dollars, minutes: fc.oneof(minutes, fc.constant(8 * 24 * 60)) }) },
  { weight: 3, arbitrary: fc.record({ does: does('hold'), who, on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ does: does('observe'), who, on: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ does: does('wait'), minutes: fc.oneof(minutes, fc.constantFrom(24 * 60, 8 * 24 * 60)) }) },
];

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  ...orders,
  { weight: 1, arbitrary: fc.record({ does: does('by hand'), role, attached: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ does: does('index'), lags: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ does: does('stream'), record: fc.nat(5), fate: fates }) },
  { weight: 5, arbitrary: fc.record({ does: does('whole stream') }) },
  { weight: 10, arbitrary: fc.record({ does: does('workflow'), execution: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ does: does('repeat'), execution: fc.nat(4), action: fc.constantFrom(...REPEATABLE) }) },
  { weight: 3, arbitrary: fc.record({ does: does('monitor') }) },
  { weight: 4, arbitrary: fc.record({ does: does('at once'), role, agent, executions: fc.array(fc.nat(4), { minLength: 2, maxLength: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ does: does('all well'), minutes }) },
);

const histories = fc.array(fc.record({ happening: happenings, fault: drawnFaults }), { minLength: 1, maxLength: 60, size: 'max' });

// Many histories, each of them long.
jest.setTimeout(180_000);

describe('whatever happened, once all is quiet', () => {
  test.each([
    { lag: 0, numRuns: 250 },
    { lag: 2, numRuns: 100 },
  ])('a role is denied if and only if a budget on it asks for that (IAM lags $lag reads)', async ({ lag, numRuns }) => {
    await fc.assert(fc.asyncProperty(histories, fc.scheduler(), async (history, scheduler) => {
      const world = new World(lag, scheduler);
      for (const { happening, fault } of history) {
        await scheduler.waitFor(world.happen(happening, fault));
      }
      await world.recover();
      world.expectAgreement();
      expect(world.lostUpdates).toEqual([]);
      await world.expectQuiet();
    }), { numRuns, unbiased: true });
  });

  test('where nothing was lost and nothing broke, nothing is ever told to be drift or to have failed', async () => {
    const orderly = fc.array(
      fc.oneof(...orders, { weight: 6, arbitrary: fc.record({ does: does('all well'), minutes }) }), { minLength: 1, maxLength: 40, size: 'max' },
    );
    await fc.assert(fc.asyncProperty(orderly, fc.boolean(), async (history, monitorFirst) => {
      const world = new World(0);
      for (const happening of history) {
        await world.happen(happening, undefined);
        await world.whatFollows(monitorFirst);
      }
      await world.recover();
      world.expectAgreement();
      const failed: readonly string[] = [EventType.DRIFT_DETECTED, EventType.SUSPENSION_FAILED, EventType.RESTORATION_FAILED];
      const told = world.deployment.events.distinct().filter(({ type }) => failed.includes(type));
      expect(told.map(({ type, detail }) => [type, detail.principalId, detail.reason])).toEqual([]);
    }), { numRuns: 200, unbiased: true });
  });

  test('the histories that were tried reach every status, and roles that several budgets hold', async () => {
    const reached = new Set<Status>();
    let heldBy = 0;
    await fc.assert(fc.asyncProperty(histories, async history => {
      const world = new World(0);
      for (const { happening, fault } of history) {
        await world.happen(happening, fault);
        world.deployment.budgets.budgets().forEach(({ status }) => reached.add(status));
        heldBy = Math.max(heldBy, ...ROLES.map(roleId => world.liveBudgetsOn(roleId).filter(({ status }) => status === 'suspended').length));
      }
    }), { numRuns: 60, seed: 1, unbiased: true });
    expect([...reached].sort()).toEqual(['active', 'critical', 'deleted', 'exceeded', 'grace_period', 'restoring', 'suspended', 'warning']);
    expect(heldBy).toBeGreaterThanOrEqual(2);
  });
});

class World {
  public readonly deployment = new InMemoryDeployment({ texts: agentSettingTexts({ 'agent-refresh-period': PERIOD, 'default-agent-budget-usd': String(DEFAULT_LIMIT) }) });
  public readonly lostUpdates: string[] = [];
  private writes = 0;
  private calls = 0;
  /** Roles whose shared budget has yet to follow a change of their runtimes. */
  private readonly unshared = new Set<string>();
  /** What was really spent, when, and who pays for it. */
  private readonly spent: { readonly callId: string; readonly day: string; readonly cost: Usd }[] = [];

  constructor(lag: number, scheduler?: fc.Scheduler) {
    const { deployment } = this;
    deployment.agentCore = true;
    if (scheduler) {
      deployment.faults.gate = call => scheduler.schedule(Promise.resolve(), call);
    }
    deployment.iam.lag = lag;
    ROLES.forEach(roleId => deployment.iam.add(roleId));
    deployment.budgets.onWrite = (before, after) => this.check(before, after);
    this.give(ROLES[0], { limits: limitsToItem([limit('10', PERIOD, '2026-03-10')]) });
    deployment.registrar.register(AGENTS[0], ROLES[0]);
    deployment.memory.snapshot = { texts: deployment.settings.texts, refused: [] };
  }

  public async happen(happening: Happening, fault: DrawnFault | undefined): Promise<void> {
    const { deployment } = this;
    // The clock never stands quite still.
    deployment.now += 1000;
    armWith(fault, deployment.faults);
    try {
      await this.doIt(happening);
    } catch {
      // Whoever called comes again: Lambda, Step Functions, the schedule.
    }
    deployment.faults.draw = () => undefined;
  }

  /** All that comes of it at once, with the monitor before, between or after the workflows. */
  public async whatFollows(monitorFirst: boolean): Promise<void> {
    const { deployment } = this;
    await deployment.evaluateStream();
    if (monitorFirst) {
      await deployment.monitor();
      await deployment.evaluateStream();
    }
    await deployment.runWorkflows();
    await deployment.monitor();
    await deployment.evaluateStream();
    await deployment.runWorkflows();
  }

  /** No more faults; then the schedule runs on for longer than anybody waits for anything. */
  public async recover(): Promise<void> {
    const { deployment } = this;
    deployment.faults.gate = async () => undefined;
    deployment.iam.settle();
    deployment.budgets.holdIndex(false);
    this.unshared.forEach(roleId => deployment.registrar.share(roleId));
    // No window turns while we wait.
    const midnight = (Math.floor(deployment.now / DAY) + 1) * DAY;
    deployment.now = midnight - deployment.now < 4 * HOUR ? midnight + 10 * MINUTE : deployment.now;
    for (let cycle = 0; cycle < 16; cycle += 1) {
      deployment.now += 10 * MINUTE;
      await this.settle();
    }
  }

  public expectAgreement(): void {
    const { iam, budgets } = this.deployment;
    for (const roleId of ROLES) {
      const live = this.liveBudgetsOn(roleId);
      const asking = live.filter(budget => this.asksForDeny(budget)).map(({ principalId }) => principalId);
      const facts = { roleId, asking, stands: live.map(({ principalId, status, reason }) => [principalId, status, reason]) };
      expect({ ...facts, denied: iam.denies(roleId) }).toEqual({ ...facts, denied: asking.length > 0 });
      const suspended = live.filter(({ status }) => status === 'suspended').map(({ principalId }) => principalId);
      expect({ ...facts, suspended }).toEqual({ ...facts, suspended: asking });
    }
    const settled: readonly Status[] = ['active', 'warning', 'critical', 'exceeded', 'suspended', 'deleted'];
    expect(budgets.budgets().filter(({ status }) => !settled.includes(status))).toEqual([]);
    expect(budgets.budgets().filter(({ removedAt, status }) => removedAt !== undefined && status === 'suspended')).toEqual([]);
    this.expectExactSpend();
  }

  public async expectQuiet(): Promise<void> {
    const { writes, deployment } = this;
    deployment.now += MINUTE;
    expect(await deployment.monitor()).toMatchObject({ drift: [], decided: 0, failures: 0 });
    await this.settle();
    expect(this.writes).toBe(writes);
  }

  /** By the items themselves: the role's own, those of the runtimes that have it, and the one that these share. */
  public liveBudgetsOn(roleId: string): Budget[] {
    const { budgets } = this.deployment;
    const shared = SHARED[ROLES.indexOf(roleId as never)];
    return budgets.budgets().filter(({ principalId, role: executionRole, removedAt }) =>
      removedAt === undefined && (principalId === roleId || principalId === shared || executionRole === roleId));
  }

  private async doIt(happening: Happening): Promise<void> {
    const { deployment } = this;
    const { budgets, registrar, iam } = deployment;
    switch (happening.does) {
      case 'spend':
        return this.spend(happening.role, happening.dollars);
      case 'register':
        return this.register(happening.agent, happening.role, happening.shareLater);
      case 'remove':
        return budgets.item(happening.agent) ? registrar.remove(happening.agent) : undefined;
      case 'limit':
        return this.give(happening.who, { limits: happening.dollars === undefined ? undefined : limitsToItem([limit(String(happening.dollars), PERIOD)]) });
      case 'top-up':
        return this.give(happening.who, {
          topUps: [{ amountUsd: new NumberText(String(happening.dollars)), expiresAt: isoInstant(deployment.now + happening.minutes * MINUTE) }],
        });
      case 'hold':
        return this.give(happening.who, { hold: happening.on ? { by: 'ops', reason: 'leak' } : undefined });
      case 'observe':
        return this.give(happening.who, { enforcement: happening.on ? 'observe' : undefined });
      case 'by hand':
        return iam.setByHand(happening.role, happening.attached);
      case 'index':
        return budgets.holdIndex(happening.lags);
      case 'wait':
        deployment.now += happening.minutes * MINUTE;
        return undefined;
      case 'stream':
        return this.deliver(happening.record, happening.fate);
      case 'whole stream':
        return deployment.evaluateStream();
      case 'workflow':
        return this.running()[happening.execution]?.step(deployment.now);
      case 'repeat':
        return deployment.executions[happening.execution]?.repeat(happening.action, deployment.now);
      case 'monitor':
        await deployment.monitor();
        return undefined;
      case 'at once':
        // Workflows of several budgets on one role, their calls to the tables and to IAM interleaved, while a runtime moves.
        await Promise.allSettled([
          ...happening.executions.map(index => this.running()[index]?.run(deployment.now)),
          this.spend(happening.role, 5).then(() => this.register(happening.agent, happening.role, false)),
          deployment.evaluateStream(),
          deployment.monitor(),
        ]);
        return undefined;
      case 'all well':
        deployment.now += happening.minutes * MINUTE;
        await this.settle();
        return undefined;
    }
  }

  /** Everybody who came too early comes again. */
  private async settle(): Promise<void> {
    const { deployment } = this;
    await deployment.evaluateStream();
    await deployment.monitor();
    await deployment.evaluateStream();
    await deployment.runWorkflows();
  }

  private register(agentId: string, roleId: string, shareLater: boolean): void {
    const { registrar } = this.deployment;
    if (shareLater) {
      const left = registrar.write(agentId, roleId);
      [roleId, left ?? roleId].forEach(changed => this.unshared.add(changed));
    } else {
      registrar.register(agentId, roleId);
    }
  }

  private async spend(roleId: string, amount: number): Promise<void> {
    const { deployment } = this;
    this.calls += 1;
    const caller = principalFromId(roleId)!;
    const payer = (await payersOf([caller], { runtimes: deployment.budgets, region: REGION })).get(roleId) ?? caller;
    const call = aCall({ requestId: `r-${this.calls}`, calledAt: deployment.now, principal: payer, caller, cost: String(amount), day: dayOf(deployment.now, 'UTC') });
    try {
      for (const transaction of planTransactions([call])) {
        await deployment.charges.write(transaction);
      }
    } finally {
      if (deployment.charges.ledger.has(call.usage.callId)) {
        this.spent.push({ callId: call.usage.callId, day: call.day, cost: call.charge.cost });
      }
    }
  }

  private async deliver(record: number, fate: 'delivered' | 'lost' | 'repeated'): Promise<void> {
    const { deployment } = this;
    const change = deployment.budgets.stream[Math.min(record, deployment.budgets.stream.length - 1)];
    if (!change) {
      return;
    }
    if (fate !== 'lost') {
      await evaluateChange(change, deployment.evaluatorPorts, deployment.context);
    }
    if (fate !== 'repeated') {
      deployment.budgets.stream.splice(deployment.budgets.stream.indexOf(change), 1);
    }
  }

  /** An operator's order; to an agent only where it was registered. It puts the principal on the watch list, in case its record is lost. */
  private give(principalId: string, given: Item): void {
    const { deployment: { budgets, now } } = this;
    const principal = principalFromId(principalId)!;
    const known = budgets.item(principalId);
    if (!known && principal.region !== undefined) {
      return;
    }
    const item = known ?? { kind: principal.kind, registeredAt: isoInstant(now), anchorDay: dayOf(now, 'UTC') };
    const watched = { watch: item.watch ?? WatchList.OPEN, nextCheckAt: item.nextCheckAt ?? isoInstant(now + RECHECK_MS) };
    budgets.edit(principalId, { ...item, ...watched, ...given, updatedBy: 'boss' });
  }

  private running() {
    return this.deployment.executions.filter(({ over }) => !over);
  }

  private check(before: Item | undefined, after: Item): void {
    this.writes += 1;
    const [old, now] = [revisionOf(before), revisionOf(after)];
    if (now !== old + 1 && (now !== old || after.status !== before?.status)) {
      this.lostUpdates.push(`${String(after.principalId)}: revision ${now} after ${old}`);
    }
  }

  /** Reckoned from the orders and from what was really spent, without the code under test but for the calendar. */
  private asksForDeny(budget: Budget): boolean {
    const { now, charges } = this.deployment;
    if (budget.hold) {
      return true;
    }
    const isRole = budget.principalId.startsWith('iam-role/');
    const byDefault = isRole ? [] : [limit(String(DEFAULT_LIMIT * Math.max(1, budget.runtimes?.length ?? 1)), PERIOD)];
    const topUp = addUsd(...budget.topUps.filter(({ expiresAt }) => expiresAt > now).map(({ amount }) => amount));
    return budget.enforcement === 'enforced' && (budget.limits ?? byDefault).some(({ amount, period, anchorDay }) => {
      const { start, end } = windowOf(period, dayOf(now, 'UTC'), anchorDay ?? budget.anchorDay);
      const counted = this.spent.filter(({ callId, day }) => charges.rows.get(callId)!.principalId === budget.principalId && day >= start && day <= end);
      return addUsd(...counted.map(({ cost }) => cost)) >= addUsd(amount, topUp);
    });
  }

  private expectExactSpend(): void {
    const { charges, budgets } = this.deployment;
    expect([...charges.ledger.keys()].sort()).toEqual(this.spent.map(({ callId }) => callId).sort());
    expect(addUsd(usd('0'), ...charges.ledgerSums().values())).toBe(addUsd(usd('0'), ...this.spent.map(({ cost }) => cost)));
    const sums = charges.ledgerSums();
    for (const [key, amount] of budgets.budgets().flatMap(({ principalId, spend }) => [...spend].map(([day, sum]): [string, Usd] => [`${principalId} ${day}`, sum]))) {
      expect([key, amount]).toEqual([key, sums.get(key)]);
    }
  }
}

function revisionOf(item: Item | undefined): number {
  return Number((item?.revision as NumberText | undefined)?.value ?? 0);
}
