import { setTimeout as sleep } from 'node:timers/promises';
import { Metric } from '../src/contract';
import { Status } from '../src/lambdas/core/budget';
import { dayOf, endOfWindow, Period, windowOf } from '../src/lambdas/core/calendar';
import { addUsd, formatUsd, formatUsdRounded, Usd, usd } from '../src/lambdas/core/money';
import { DeployedBudgeteer } from '../test/deployed/deployed-budgeteer';
import { until } from '../test/deployed/until';
import { BedrockUser } from '../test/e2e/support/bedrock-user';
import { destroy } from '../test/local-cloud/cdk-deploy';
import { LocalCloud } from '../test/local-cloud/local-cloud';
import { auditedEvents } from './audit';
import { CheckFailedError, differingDenials, differingMetering, differingSpend, missingStatus } from './checks';
import { bundleHandlers, deployExample, GRACE_SECONDS, STACK_NAME } from './deployment';
import { expectationOf } from './expectation';
import { CAST, CastMember, MEMBERS, principalIdOf } from './fixture/cast';
import { dayOfCalls, FixtureLine } from './fixture/day-of-calls';
import { Principals } from './principals';
import { Replayer } from './replay/replayer';
import { Recording } from './report/page-data';
import { AuditedEvent, MeteringFigures, summarize } from './report/summary';
import { Show } from './terminal/show';
import { nameOf, Standing, totalOf } from './watch/standing';
import { Watcher } from './watch/watcher';

const DAY_MS = 40_000;
const EVENING_MS = 3_000;
/** After a restoration, for whoever watches. */
const PAUSE_MS = 2_500;
const RAISED_TO = usd('20');
const OPERATOR = 'operator@example.com';
/** The example leaves the time zone at its default. */
const TIME_ZONE = 'UTC';
const THIRTY_DAYS: Period = { unit: 'days', days: 30 };
const MINUTES_AFTER_THE_TURN = 5;

/**
 * The demonstration, stage by stage. Each ends with what is true by then, by IAM and to the picodollar.
 *
 * @throws CheckFailedError where it is not
 */
export class Scenario {
  private readonly stages: { readonly title: string; readonly at: number; readonly verified: string[] }[] = [];
  private firstCallAt = 0;

  /** @param signal ends the processes that the demonstration starts */
  constructor(private readonly show: Show, private readonly startCloud: () => Promise<LocalCloud>, private readonly signal: AbortSignal) {}

  public async run(): Promise<Recording> {
    const { show, signal } = this;
    const cloud = await show.step('starting the local cloud', async () => {
      const [started] = await Promise.all([this.startCloud(), bundleHandlers(signal)]);
      return started;
    }, () => 'local cloud started');
    const deployed = () => deployExample(cloud, signal, detail => show.detail(detail));
    const names = await show.step('deploying examples/typescript with the CDK', deployed, () => 'stack deployed');
    const budgeteer = new DeployedBudgeteer(cloud.client, names);
    const stage = await Stage.open(cloud, budgeteer, show, (title, verified) => this.stages.push({ title, at: Date.now(), verified }));
    try {
      return await this.play(stage, cloud);
    } finally {
      await stage.watcher.stop().catch(() => {});
    }
  }

  private async play(stage: Stage, cloud: LocalCloud): Promise<Recording> {
    const { show } = this;
    const { budgeteer, watcher } = stage;
    const lines = dayOfCalls(cloud);
    const day = lines.filter(({ chapter }) => chapter === 'day');
    const evening = lines.filter(({ chapter }) => chapter === 'evening');
    const replayer = new Replayer(budgeteer);
    const principals = new Principals(cloud.client);

    await stage.play('Before', `creating ${MEMBERS.length} users and roles`, async () => {
      await Promise.all(MEMBERS.map(member => principals.create(member)));
      // Budgets come from code, by default, or at run time: this one is an operator's.
      await budgeteer.setLimits(stage.idOf(CAST.unenforceable), [
        { amount: usd(CAST.unenforceable.limitUsd!), period: THIRTY_DAYS, anchorDay: dayOf(Date.now(), TIME_ZONE) },
      ], OPERATOR);
      await stage.handOutKeys(MEMBERS.filter(({ type }) => type === 'user'));
      watcher.start();
      return `${MEMBERS.length} users and roles created`;
    });
    await stage.verifyLimits(MEMBERS.filter(({ budget }) => budget === 'declared' || budget === 'run-time'));
    await stage.verifyDenied([]);

    this.firstCallAt = Date.now();
    await stage.play('The day', 'a day of calls', async () => {
      await replayer.play(day, DAY_MS, () => show.progress(replayer.logged, lines.length, 'lines'));
      return `a day of calls replayed: ${day.length} log lines`;
    });
    await stage.settle('waiting for the last decisions', 'all calls are charged, and everybody stands where the calls lead', day, member => member.afterTheDay);
    await stage.verifySpend(day);
    await stage.verifyLimits(MEMBERS);
    await stage.verifyDenied([CAST.raised, CAST.turned, CAST.suspended]);

    const raisedId = stage.idOf(CAST.raised);
    await stage.play('A raise', `raising the budget of ${CAST.raised.name}`, async () => {
      await budgeteer.setLimits(raisedId, [{ amount: RAISED_TO, period: THIRTY_DAYS }], OPERATOR);
      await stage.reach(new Map([[raisedId, 'active']]));
      return `${CAST.raised.name} restored: its budget was raised to ${formatUsdRounded(RAISED_TO)}`;
    });
    await stage.verifyDenied([CAST.turned, CAST.suspended]);
    await sleep(PAUSE_MS);
    await show.step(`${CAST.raised.name} calls again`, async () => {
      await replayer.play(evening, EVENING_MS, () => show.progress(replayer.logged, lines.length, 'lines'));
      await stage.spendArrives(lines);
    }, () => `${CAST.raised.name} called again, and stays within the new limit`);
    await stage.verifySpend(lines);

    const turnedId = stage.idOf(CAST.turned);
    const nextPeriod = await nextPeriodOf(budgeteer, turnedId);
    await stage.play('A new period', `crossing into the next period of ${CAST.turned.name}`, async () => {
      // The restoration is due in the next period, and the cloud has no clock of its own to set forward.
      await cloud.setWaitScale(0);
      await budgeteer.runMonitor(nextPeriod);
      await stage.reach(new Map([[turnedId, 'active']]));
      return `${CAST.turned.name} restored: its next period began on ${nextPeriod.toISOString().slice(0, 10)}`;
    });
    await stage.verifyDenied([CAST.suspended]);
    await stage.settle('looking at everybody once more', 'nobody else was touched', lines, member => member.atTheEnd);
    await sleep(PAUSE_MS);

    const recording = await this.record(stage, lines, replayer.logged);
    await watcher.stop();
    show.table();
    show.hideTable();

    await stage.play('Removal', 'removing the stack', async () => {
      await destroy(cloud, STACK_NAME);
      return 'stack removed';
    });
    const attached = (await Promise.all(MEMBERS.map(member => principals.attachedPolicies(member)))).flat();
    stage.verify('nobody is left denied: the stack lifted the last deny before it went', attached.length > 0 ? `still attached: ${attached.join(', ')}` : undefined);
    return { ...recording, stages: this.stages };
  }

  /** Reads everything that the report tells, and checks the figures of metering. */
  private async record(stage: Stage, lines: readonly FixtureLine[], linesLogged: number): Promise<Recording> {
    const { budgeteer, watcher } = stage;
    const expected = expectationOf(lines);
    const metering = await until('the figures of metering', async () => {
      const figures = await meteringFigures(budgeteer);
      return differingMetering(figures, expected) ?? figures;
    }, { timeoutMs: 10_000 }).catch(failAsCheck);
    stage.verify(
      `${metering.records} calls charged once each, ${metering.duplicates} duplicates dropped, ${metering.unreadable} unreadable lines kept`,
      undefined,
    );
    const trail = await stage.auditTrail();
    const standings = await watcher.look();
    return {
      summary: summarize(stage.ordered(standings), trail, metering),
      members: new Map(MEMBERS.map(member => [stage.idOf(member), member])),
      history: watcher.history,
      stages: this.stages,
      firstCallAt: this.firstCallAt,
      endedAt: Date.now(),
      linesLogged,
      charged: addUsd(...expected.spend.values()),
    };
  }
}

/** What every stage does: watch, wait, verify. */
class Stage {
  public static async open(
    cloud: LocalCloud, budgeteer: DeployedBudgeteer, show: Show, opened: (title: string, verified: string[]) => void,
  ): Promise<Stage> {
    return new Stage(cloud, budgeteer, show, opened, new Watcher(budgeteer, await budgeteer.deployedSettings(), TIME_ZONE, (standings, change) => {
      const ids = MEMBERS.map(member => principalIdOf(member, cloud.account));
      show.standings([...standings].sort((a, b) => ids.indexOf(a.principalId) - ids.indexOf(b.principalId)), change);
    }));
  }

  private verified: string[] = [];
  private readonly keys = new Map<CastMember, BedrockUser>();

  private constructor(
    private readonly cloud: LocalCloud,
    public readonly budgeteer: DeployedBudgeteer,
    private readonly show: Show,
    private readonly opened: (title: string, verified: string[]) => void,
    public readonly watcher: Watcher,
  ) {}

  public idOf(member: CastMember): string {
    return principalIdOf(member, this.cloud.account);
  }

  /** Lets users call Bedrock, as far as nothing denies it. */
  public async handOutKeys(users: readonly CastMember[]): Promise<void> {
    for (const user of users) {
      this.keys.set(user, await BedrockUser.of(this.cloud, user.name));
    }
  }

  public ordered(standings: ReadonlyMap<string, Standing>): Standing[] {
    return MEMBERS.flatMap(member => standings.get(this.idOf(member)) ?? []);
  }

  /** A step that begins a stage of the report. @param work answers what was done */
  public async play(title: string, what: string, work: () => Promise<string>): Promise<void> {
    this.verified = [];
    this.opened(title, this.verified);
    this.verified.push(await this.show.step(what, work, done => done));
  }

  public verify(what: string, problem: string | undefined): void {
    if (problem !== undefined) {
      throw new CheckFailedError(problem);
    }
    this.verified.push(what);
    this.show.verified(what);
  }

  public async verifyDenied(members: readonly CastMember[]): Promise<void> {
    const problem = differingDenials(await this.budgeteer.denied(), new Set(members.map(member => this.idOf(member))));
    const names = members.map(({ name }) => name);
    this.verify(names.length > 0 ? `IAM denies ${names.join(', ')}, and nobody else` : 'IAM denies nobody', problem);
    await this.verifyCalls(members);
  }

  /** The same from the other side: those who have keys try to call a model. */
  private async verifyCalls(denied: readonly CastMember[]): Promise<void> {
    // The switch ends handlers that are at work: whatever happened has to be told first.
    await this.auditTrail();
    await this.cloud.enforceIam(true);
    const answers = await Promise.all([...this.keys].map(async ([member, user]) => ({ member, answer: await user.call() })));
    await this.cloud.enforceIam(false);
    const wrong = answers.filter(({ member, answer }) => (answer !== 'allowed') !== denied.includes(member));
    const refused = answers.filter(({ answer }) => answer !== 'allowed').map(({ member }) => member.name);
    this.verify(
      refused.length > 0 ? `Bedrock refuses a call of ${refused.join(', ')}, and answers the other users` : `Bedrock answers calls of all ${answers.length} users`,
      wrong.length > 0 ? wrong.map(({ member, answer }) => `a call of ${member.name}: ${answer}`).join('; ') : undefined,
    );
  }

  /** The audit trail, when it has caught up with how everybody stands. */
  public async auditTrail(): Promise<readonly AuditedEvent[]> {
    return until('the audit trail', async () => {
      const events = auditedEvents(await this.budgeteer.auditTrail());
      const told = (id: string) => events.filter(({ principalId, status }) => principalId === id && status).at(-1)?.status;
      const behind = [...(await this.watcher.look()).values()].filter(({ principalId, status }) => told(principalId) !== status);
      return behind.length > 0 ? `it does not tell yet how ${behind.map(({ name }) => name).join(', ')} stand` : events;
    }, { timeoutMs: 15_000 }).catch(failAsCheck);
  }

  public async verifySpend(lines: readonly FixtureLine[]): Promise<void> {
    const { spend } = expectationOf(lines);
    const charged = await this.charged();
    this.verify(`${charged.size} principals are charged exactly what was worked out without the system`, differingSpend(charged, spend));
  }

  public async verifyLimits(members: readonly CastMember[]): Promise<void> {
    const standings = await this.watcher.look();
    const wrong = members.filter(member => {
      const limit = standings.get(this.idOf(member))?.limit;
      return (limit === undefined ? undefined : formatUsd(limit)) !== member.limitUsd;
    });
    this.verify(
      members.length === MEMBERS.length ? 'everybody has the limit that was meant, in code, by default or at run time' : 'the limits that were set in code and at run time are in force',
      wrong.length > 0 ? `not the limits that were set: ${wrong.map(({ name }) => name).join(', ')}` : undefined,
    );
  }

  /** Waits until everything that was logged is charged, and everybody stands where they must. */
  public async settle(what: string, done: string, lines: readonly FixtureLine[], statusOf: (member: CastMember) => Status): Promise<void> {
    await this.show.step(what, async () => {
      await this.spendArrives(lines);
      await this.reach(new Map(MEMBERS.map(member => [this.idOf(member), statusOf(member)])));
    }, () => done);
  }

  public async spendArrives(lines: readonly FixtureLine[]): Promise<void> {
    const { spend } = expectationOf(lines);
    await until('the spend', async () => differingSpend(await this.charged(), spend) ?? this).catch(failAsCheck);
  }

  public async reach(expected: ReadonlyMap<string, Status>): Promise<void> {
    await until('the statuses', async () => missingStatus(await this.watcher.look(), expected) ?? this, {
      timeoutMs: (GRACE_SECONDS + 40) * 1000,
    }).catch(failAsCheck);
  }

  private async charged(): Promise<ReadonlyMap<string, Usd>> {
    return new Map([...await this.budgeteer.budgets()].map(([id, budget]) => [id, totalOf(budget)]));
  }
}

/** What has not come in time will not come: the check has failed. */
function failAsCheck(error: Error): never {
  throw error.name === 'NeverHappenedError' ? new CheckFailedError(error.message, { cause: error }) : error;
}

async function meteringFigures(budgeteer: DeployedBudgeteer): Promise<MeteringFigures> {
  const [ledger, duplicates, unreadable, unknownModels] = await Promise.all([
    budgeteer.ledger(),
    budgeteer.meterMetric(Metric.RECORDS_DUPLICATE),
    budgeteer.unreadableKept(),
    budgeteer.meterMetric(Metric.RECORDS_UNKNOWN_MODEL),
  ]);
  return { records: ledger.length, duplicates, unreadable, unknownModels };
}

/** A little after the end of the window that a budget has now. */
async function nextPeriodOf(budgeteer: DeployedBudgeteer, principalId: string): Promise<Date> {
  const budget = await budgeteer.budget(principalId);
  const limit = budget?.limits?.[0];
  if (!budget || !limit) {
    throw new CheckFailedError(`${nameOf(principalId)} has no limit of its own`);
  }
  const window = windowOf(limit.period, dayOf(Date.now(), TIME_ZONE), limit.anchorDay ?? budget.anchorDay);
  return new Date(endOfWindow(window, TIME_ZONE) + MINUTES_AFTER_THE_TURN * 60_000);
}
