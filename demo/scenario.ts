import { setTimeout as sleep } from 'node:timers/promises';
import { Metric } from '../src/contract';
import { dayOf, endOfWindow, Period, windowOf } from '../src/lambdas/core/calendar';
import { addUsd, formatUsdRounded, usd } from '../src/lambdas/core/money';
import { DeployedBudgeteer } from '../test/deployed/deployed-budgeteer';
import { until } from '../test/deployed/until';
import { destroy } from '../test/local-cloud/cdk-deploy';
import { LocalCloud } from '../test/local-cloud/local-cloud';
import { CheckFailedError, differingMetering } from './checks';
import { bundleHandlers, deployExample, STACK_NAME } from './deployment';
import { expectationOf } from './expectation';
import { AGENTS, CAST, displayNameOf, MEMBERS, RAISED } from './fixture/cast';
import { dayOfCalls, FixtureLine } from './fixture/day-of-calls';
import { Replayer } from './replay/replayer';
import { Recording } from './report/page-data';
import { MeteringFigures, summarize } from './report/summary';
import { failAsCheck, Stage, TIME_ZONE } from './stage';
import { Show } from './terminal/show';
import { nameOf } from './watch/standing';

const DAY_MS = 40_000;
const EVENING_MS = 3_000;
/** After a restoration, for whoever watches. */
const PAUSE_MS = 2_500;
const OPERATOR = 'operator@example.com';
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
    const { budgeteer, principals, watcher } = stage;
    const replayer = new Replayer(budgeteer);
    const people = `${MEMBERS.length} users and roles, and ${AGENTS.flatMap(({ runtimes }) => runtimes).length} AgentCore runtimes`;

    await stage.play('Before', `creating ${people}`, async () => {
      await Promise.all(MEMBERS.map(member => principals.create(member)));
      // Budgets come from code, by default, or at run time: this one is an operator's.
      await budgeteer.setLimits(stage.idOf(CAST.unenforceable), [
        { amount: usd(CAST.unenforceable.limitUsd!), period: THIRTY_DAYS, anchorDay: dayOf(Date.now(), TIME_ZONE) },
      ], OPERATOR);
      await stage.handOutKeys();
      // Whose calls came first would be charged to the role.
      await stage.registrationArrives();
      watcher.start();
      return `${people} created`;
    });
    await stage.verifyRuntimes();
    await stage.verifyLimits(MEMBERS.filter(({ budget }) => budget === 'declared' || budget === 'run-time'));
    await stage.verifyDenied([]);

    const lines = dayOfCalls(principals.place);
    const day = lines.filter(({ chapter }) => chapter === 'day');
    const evening = lines.filter(({ chapter }) => chapter === 'evening');
    this.firstCallAt = Date.now();
    await stage.play('The day', 'a day of calls', async () => {
      await replayer.play(day, DAY_MS, () => show.progress(replayer.logged, lines.length, 'lines'));
      return `a day of calls replayed: ${day.length} log lines`;
    });
    await stage.settle('waiting for the last decisions', 'all calls are charged, and everybody stands where the calls lead', day, member => member.afterTheDay);
    await stage.verifySpend(day);
    await stage.verifyLimits(MEMBERS);
    await stage.verifyDenied([CAST.raised, CAST.turned, CAST.sharing, CAST.suspended]);

    const raised = RAISED.map(displayNameOf).join(' and ');
    await stage.play('A raise', `raising the budgets of ${raised}`, async () => {
      for (const member of RAISED) {
        await budgeteer.setLimits(stage.idOf(member), [{ amount: usd(member.raisedToUsd!), period: THIRTY_DAYS }], OPERATOR);
      }
      await stage.reach(new Map(RAISED.map(member => [stage.idOf(member), 'active'])));
      return `restored: ${RAISED.map(member => `${displayNameOf(member)}, raised to ${formatUsdRounded(usd(member.raisedToUsd!))}`).join('; ')}`;
    });
    await stage.verifyDenied([CAST.turned, CAST.suspended]);
    await sleep(PAUSE_MS);
    await show.step(`${raised} call again`, async () => {
      await replayer.play(evening, EVENING_MS, () => show.progress(replayer.logged, lines.length, 'lines'));
      await stage.spendArrives(lines);
    }, () => `${raised} called again, and stay within their new limits`);
    await stage.verifySpend(lines);

    const turnedId = stage.idOf(CAST.turned);
    const nextPeriod = await nextPeriodOf(budgeteer, turnedId);
    await stage.play('A new period', `crossing into the next period of ${displayNameOf(CAST.turned)}`, async () => {
      // The restoration is due in the next period, and the cloud has no clock of its own to set forward.
      await cloud.setWaitScale(0);
      await budgeteer.runMonitor(nextPeriod);
      await stage.reach(new Map([[turnedId, 'active']]));
      return `${displayNameOf(CAST.turned)} restored: its next period began on ${nextPeriod.toISOString().slice(0, 10)}`;
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
      summary: summarize(stage.ordered([...standings.values()]), trail, metering),
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
