import { EventType, Metric } from '../../../../src/contract';
import { alertFor } from '../../../../src/lambdas/core/alerts/alert-for';
import { mailOf } from '../../../../src/lambdas/core/alerts/rendering/mail';
import { BudgetEvent } from '../../../../src/lambdas/core/events';
import { checkCoverage, checkLogging, judgedHour } from '../../../../src/lambdas/core/metering-coverage/check-coverage';
import { LoggingFacts } from '../../../../src/lambdas/core/metering-coverage/logging-check';
import { MantleUse } from '../../../../src/lambdas/core/metering-coverage/mantle';
import { CoveragePorts, Hour } from '../../../../src/lambdas/core/metering-coverage/ports';
import { CountsByModel } from '../../../../src/lambdas/core/metering-coverage/token-counts';
import { embeddedCatalog } from '../../../../src/lambdas/core/pricing/embedded-catalog';
import { Observed } from '../../observed';
import { HOUR, MINUTE, NOON, REGION } from '../builders';

const M = 'anthropic.claude-opus-5';
const NOW = NOON + 20 * MINUTE;
const TEN = NOON - 2 * HOUR;
const side = (input: number, model = M): CountsByModel => new Map([[model, { calls: 3, input, output: 0 }]]);

class World {
  public counted = new Map<Hour, CountsByModel>();
  public metered = new Map<Hour, CountsByModel>();
  public untracked = 0;
  /** As the run of an hour ago saw it. */
  public untrackedBefore = 0;
  public mantle: MantleUse = { byModel: new Map() };
  public facts: LoggingFacts = {
    configuration: { cloudWatchConfig: { logGroupName: 'invocations' } },
    subscriptions: [{ name: 'all', destinationArn: 'arn:meter', filterPattern: '', createdAt: 0 }],
  };
  public since: number | undefined = 0;
  public readonly published: BudgetEvent[] = [];
  public readonly observed = new Observed();
  public readonly asked: string[] = [];
  public readonly ports: CoveragePorts = {
    bedrock: {
      counted: async (from, until) => {
        this.asked.push(`counted ${new Date(from).toISOString()} ${new Date(until).toISOString()}`);
        return this.counted;
      },
      mantleUse: async hour => {
        this.asked.push(`mantle ${new Date(hour).toISOString()}`);
        return this.mantle;
      },
      untrackedCalls: async (from, until) => {
        this.asked.push(`untracked ${new Date(from).toISOString()} ${new Date(until).toISOString()}`);
        return until < NOW ? this.untrackedBefore : this.untracked;
      },
    },
    meterLog: {
      metered: async (hours, now) => {
        this.asked.push(`metered ${hours.map(hour => new Date(hour).toISOString().slice(11, 13)).join()} ${new Date(now).toISOString()}`);
        return this.metered;
      },
    },
    logging: { inspect: async () => this.facts, checkingSince: async () => this.since },
    events: { publish: async events => void this.published.push(...events) },
    metrics: this.observed.metrics,
    log: this.observed.log,
  };

  public check(now = NOW, mantle = true) {
    return checkCoverage(now, this.ports, this.context(mantle));
  }

  public context(mantle = true) {
    return {
      deploymentId: 'dep-1', environmentName: 'test', region: REGION, expected: { logGroupName: 'invocations', meterArn: 'arn:meter' }, mantle, prices: embeddedCatalog(),
    };
  }

  public emitted(metric: Metric): readonly number[] {
    return this.observed.added.filter(([name]) => name === metric).map(([, value]) => value);
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

/** As a mail, which has everything in it. */
function message({ type, detail }: BudgetEvent) {
  const alert = alertFor(type, detail, { budgetsTable: 'B', settingsPath: '/s' });
  return alert && { topic: alert.audience, ...mailOf(alert) };
}

test.each([['12:00:00', '10'], ['12:59:59', '10'], ['13:00:00', '11']])('at %s the hour from %s is judged', (time, hour) => {
  expect(new Date(judgedHour(Date.parse(`2026-03-10T${time}Z`))).toISOString().slice(11, 13)).toBe(hour);
});

test('the hour before the last is compared, with its neighbours', async () => {
  expect(await world.check()).toEqual({ hour: '2026-03-10T10:00:00.000Z', verdict: 'covered', unmetered: 0, overmetered: 0, faults: [], mantleInferences: 0 });
  expect(world.asked).toEqual([
    'mantle 2026-03-10T10:00:00.000Z', 'counted 2026-03-10T08:00:00.000Z 2026-03-10T12:00:00.000Z', 'metered 08,09,10,11 2026-03-10T12:20:00.000Z',
    'untracked 2026-03-10T09:00:00.000Z 2026-03-10T12:20:00.000Z', 'untracked 2026-03-10T08:00:00.000Z 2026-03-10T11:20:00.000Z',
  ]);
});

test('no use at all is covered, without an event, and counted as a check', async () => {
  await world.check();
  expect(world.published).toEqual([]);
  expect(Object.fromEntries(world.observed.added)).toEqual({
    LoggingMisdirected: 0, MantleInferences: 0, CoverageGapPercent: 0, TokensUnmetered: 0, TokensOvermetered: 0, CoverageGaps: 0, CoverageChecks: 1,
  });
});

describe('a gap', () => {
  beforeEach(() => {
    world.counted = new Map([[TEN - HOUR, side(100_000)], [TEN, side(200_000, `eu.${M}`)], [TEN + HOUR, side(100_000)]]);
    world.metered = new Map([[TEN - HOUR, side(100_000)], [TEN, side(150_000)], [TEN + HOUR, side(100_000)]]);
  });

  test('is counted, logged by model, and told once an hour', async () => {
    expect(await world.check()).toMatchObject({ verdict: 'gap', unmetered: 50_000 });
    expect(world.emitted(Metric.COVERAGE_GAPS)).toEqual([1]);
    expect(world.emitted(Metric.COVERAGE_GAP_PERCENT)).toEqual([25]);
    expect(world.emitted(Metric.TOKENS_UNMETERED)).toEqual([50_000]);
    expect(world.observed.at('info').at(-1)!.facts).toMatchObject({ gaps: [{ model: M, unmetered: 50_000 }], countedByAws: 200_000, metered: 150_000 });
    expect(world.published).toEqual([{
      type: EventType.COVERAGE_GAP_FOUND,
      detail: expect.objectContaining({
        eventId: 'coverage-gap/2026-03-10T10:00:00.000Z',
        actor: 'coverage-checker',
        reason: `50,000 tokens that AWS counted in the hour from 2026-03-10T10:00:00.000Z were not metered (25.0 % of all): ${M}`,
        before: { hour: '2026-03-10T10:00:00.000Z', countedByAws: { [M]: { calls: 3, input: 200_000, output: 0 } } },
        after: { metered: { [M]: { calls: 3, input: 150_000, output: 0 } }, unmetered: { [M]: 50_000 }, models: 1, lasting: false },
      }),
    }]);
  });

  test('is mailed when it begins, and not again while it lasts', async () => {
    await world.check();
    expect(message(world.published[0])).toMatchObject({ topic: 'operations', subject: '[test] Bedrock was used without being metered', body: expect.stringContaining(`- ${M}: 50,000 tokens`) });
    world.metered.set(TEN - HOUR, side(0));
    await world.check();
    expect(world.published[1].detail.after).toMatchObject({ lasting: true });
    expect(message(world.published[1])).toBeUndefined();
  });

  test('is mailed where the one of the hour before was not told: it was forgiven, or hidden by untracked calls', async () => {
    world.counted.set(TEN - 2 * HOUR, side(100_000));
    world.metered.set(TEN - 2 * HOUR, side(200_000)).set(TEN - HOUR, side(0));
    await world.check();
    world.metered.set(TEN - 2 * HOUR, side(100_000));
    world.untrackedBefore = 1;
    await world.check();
    world.untrackedBefore = 0;
    await world.check();
    expect(world.published.map(({ detail }) => detail.after?.lasting)).toEqual([false, false, true]);
    expect(message(world.published[1])).toMatchObject({ topic: 'operations' });
  });

  test('is none that can be told while calls of untracked principals are counted by AWS alone', async () => {
    world.untracked = 1;
    expect(await world.check()).toMatchObject({ verdict: 'untracked', unmetered: 50_000 });
    expect(world.published).toEqual([]);
    expect(world.emitted(Metric.COVERAGE_GAPS)).toEqual([0]);
    expect(world.emitted(Metric.TOKENS_UNMETERED)).toEqual([50_000]);
  });

  test.each([
    ['the subscription', (at: number) => { world.facts = { ...world.facts, subscriptions: [{ ...world.facts.subscriptions![0], createdAt: at }] }; }],
    ['the checker', (at: number) => { world.since = at; }],
  ])('is none where %s is younger than the hour and an hour more', async (_, madeAt) => {
    madeAt(TEN - HOUR + 1);
    expect(await world.check()).toMatchObject({ verdict: 'too-early' });
    expect(world.emitted(Metric.COVERAGE_GAPS)).toEqual([]);
    expect(world.emitted(Metric.COVERAGE_CHECKS)).toEqual([1]);
    expect(world.published).toEqual([]);

    madeAt(TEN - HOUR);
    expect(await world.check()).toMatchObject({ verdict: 'gap' });
  });

  test('an hour before the metering began is no witness that a gap lasts, nor that there is none', async () => {
    world.since = TEN - HOUR;
    world.counted.set(TEN - HOUR, side(100_000));
    world.metered.set(TEN - HOUR, side(0));
    await world.check();
    expect(world.published[0].detail.after).toMatchObject({ lasting: false });
  });

  test('is found where nobody is subscribed any more', async () => {
    world.facts = { ...world.facts, subscriptions: [] };
    expect(await world.check()).toMatchObject({ verdict: 'gap', faults: ['not-subscribed'] });
  });
});

test('more metered than AWS counted is told apart, with another message and no gap', async () => {
  world.counted.set(TEN, side(100_000));
  world.metered.set(TEN, side(200_000));
  expect(await world.check()).toMatchObject({ verdict: 'surplus', overmetered: 100_000 });
  expect(world.published.map(({ type }) => type)).toEqual([EventType.COVERAGE_SURPLUS_FOUND]);
  expect(world.published[0].detail.after).toMatchObject({ overmetered: { [M]: 100_000 } });
  expect(message(world.published[0])).toMatchObject({ subject: '[test] More was metered than AWS counted for Bedrock' });

  world.counted.set(TEN - HOUR, side(100_000));
  world.metered.set(TEN - HOUR, side(200_000));
  await world.check();
  expect(world.published[1].detail.after).toMatchObject({ lasting: true });
  expect(message(world.published[1])).toBeUndefined();
  expect(world.emitted(Metric.COVERAGE_GAPS)).toEqual([0, 0]);
});

test('a gap and a surplus of one hour are told in two events, and the log has every model of both', async () => {
  world.counted.set(TEN, new Map([...side(200_000), ...side(50_000, 'acme.one'), ...side(7, 'acme.quiet')]));
  world.metered.set(TEN, new Map([[M, { calls: 2, input: 100_000, output: 3, cacheRead: 9, cacheWrite: 1 }], ...side(90_000, 'acme.one'), ...side(7, 'acme.quiet')]));
  world.untracked = 0;
  expect(await world.check()).toEqual({
    hour: '2026-03-10T10:00:00.000Z', verdict: 'gap-and-surplus', unmetered: 100_000, overmetered: 40_003, faults: [], mantleInferences: 0,
  });
  expect(world.published.map(({ type }) => type)).toEqual([EventType.COVERAGE_GAP_FOUND, EventType.COVERAGE_SURPLUS_FOUND]);
  expect(world.observed.entries).toEqual([{
    level: 'info',
    message: 'coverage',
    facts: {
      hour: '2026-03-10T10:00:00.000Z',
      countedByAws: 250_007,
      metered: 190_020,
      callsByAws: 9,
      callsMetered: 8,
      unmetered: 100_000,
      overmetered: 40_003,
      gaps: [{ model: M, unmetered: 100_000 }],
      surpluses: [{ model: 'acme.one', overmetered: 40_000 }],
      notCompared: [`${M}: cacheRead, cacheWrite`],
      untrackedCalls: 0,
    },
  }]);
  expect(Object.fromEntries(world.observed.added)).toEqual({
    LoggingMisdirected: 0,
    MantleInferences: 0,
    CoverageGapPercent: 100_000 * 100 / 250_007,
    TokensUnmetered: 100_000,
    TokensOvermetered: 40_003,
    CoverageGaps: 1,
    CoverageChecks: 1,
  });
});

test('while calls of untracked principals hide a gap, a surplus is told', async () => {
  world.counted.set(TEN, new Map([...side(200_000), ...side(50_000, 'acme.one')]));
  world.metered.set(TEN, new Map([...side(100_000), ...side(90_000, 'acme.one')]));
  world.untracked = 3;
  expect(await world.check()).toMatchObject({ verdict: 'untracked' });
  expect(world.published.map(({ type }) => type)).toEqual([EventType.COVERAGE_SURPLUS_FOUND]);
  world.counted.set(TEN, side(100_000));
  world.metered.set(TEN, side(200_000));
  expect(await world.check()).toMatchObject({ verdict: 'surplus' });
});

test('an hour that was not metered from its begin is said in the log, and nothing else is', async () => {
  world.since = TEN;
  expect(await world.check()).toMatchObject({ verdict: 'too-early', unmetered: 0, overmetered: 0 });
  expect(world.observed.entries).toEqual([
    { level: 'info', message: 'the hour is not compared: it was not metered from its begin', facts: { hour: '2026-03-10T10:00:00.000Z' } },
  ]);
});

test('where AWS does not tell since when anything is there, the hour is compared', async () => {
  world.since = undefined;
  world.facts = { ...world.facts, subscriptions: [{ ...world.facts.subscriptions![0], createdAt: undefined }] };
  expect(await world.check()).toMatchObject({ verdict: 'covered' });
});

describe('the way to the meter', () => {
  const hint = { eventId: 'e-1', eventName: 'DeleteModelInvocationLoggingConfiguration', by: 'arn:aws:iam::444455556666:user/mallory', at: NOON };

  test('that is interrupted is told every hour, critically', async () => {
    world.facts = { subscriptions: world.facts.subscriptions };
    expect(await world.check()).toMatchObject({ faults: ['off'] });
    expect(world.emitted(Metric.LOGGING_MISDIRECTED)).toEqual([1]);
    expect(world.published[0]).toMatchObject({ type: EventType.INVOCATION_LOGGING_CHANGED, detail: { eventId: 'logging/2026-03-10T12', actor: 'coverage-checker', after: { faults: ['off'] } } });
    expect(message(world.published[0])).toMatchObject({ subject: '[test] Bedrock calls are not metered any more', body: expect.stringContaining('not told here') });
  });

  test('that somebody has just interrupted is told with who did', async () => {
    world.facts = {};
    await checkLogging(NOW, hint, world.ports, world.context());
    expect(world.published[0].detail).toMatchObject({
      eventId: 'logging-change/e-1', actor: hint.by, reason: expect.stringMatching(/^DeleteModelInvocationLoggingConfiguration: .*switched off/), before: { by: hint.by },
    });
    expect(message(world.published[0])!.body).toContain(`Who changed it: ${hint.by}`);
    expect(world.observed.entries).toEqual([{
      level: 'error',
      message: 'records of calls do not reach the usage meter',
      facts: { faults: [expect.objectContaining({ code: 'off' }), expect.objectContaining({ code: 'log-group-gone' })], changedBy: hint.by, call: hint.eventName },
    }]);
  });

  test('that was changed and is well is for the audit trail alone: the event is a hint, AWS has the word', async () => {
    await checkLogging(NOW, hint, world.ports, world.context());
    expect(world.emitted(Metric.LOGGING_MISDIRECTED)).toEqual([0]);
    expect(world.published[0].detail).toMatchObject({ after: { faults: [] } });
    expect(message(world.published[0])).toBeUndefined();
  });
});

describe('the mantle endpoint', () => {
  beforeEach(() => {
    world.mantle = { byModel: new Map([['zai.glm-4.7', { inferences: 12, inputTokens: 0, outputTokens: 1_000_000 }]]) };
  });

  test('is counted, and told with models and an estimate', async () => {
    expect(await world.check()).toMatchObject({ mantleInferences: 12 });
    expect(world.emitted(Metric.MANTLE_INFERENCES)).toEqual([12]);
    expect(world.published).toEqual([{
      type: EventType.MANTLE_USE_FOUND,
      detail: expect.objectContaining({
        eventId: 'mantle-use/2026-03-10T10:00:00.000Z',
        calls: 12,
        after: expect.objectContaining({ estimatedUsd: '2.2', models: { 'zai.glm-4.7': { inferences: 12, inputTokens: 0, outputTokens: 1_000_000, estimatedUsd: '2.2' } } }),
      }),
    }]);
    expect(world.observed.at('warn')).toEqual([{
      level: 'warn', message: 'the mantle endpoint was used, which no log shows', facts: { hour: '2026-03-10T10:00:00.000Z', inferences: 12, models: ['zai.glm-4.7'] },
    }]);
    const { body } = message(world.published[0])!;
    expect(body).toContain('Estimated cost at list prices: $2.20.');
  });

  test('nobody is named, and it is said how to learn who called', async () => {
    await world.check();
    expect(message(world.published[0])!.body).toMatch(/Who called is not known here[\s\S]*AWS::BedrockMantle::Project/);
  });

  test('is not asked about where its use is ignored', async () => {
    expect(await world.check(NOW, false)).toMatchObject({ mantleInferences: 0 });
    expect(world.asked.join()).not.toContain('mantle');
    expect(world.published).toEqual([]);
  });
});

describe('a part that fails', () => {
  const fails = async () => {
    throw new TypeError('out of order');
  };

  test('keeps no other from being done, and fails the run', async () => {
    (world.ports.bedrock as any).mantleUse = fails;
    world.counted.set(TEN, side(100_000));
    await expect(world.check()).rejects.toMatchObject({ name: 'CoverageIncompleteError', message: 'mantle: TypeError: out of order' });
    expect(world.published.map(({ type }) => type)).toEqual([EventType.COVERAGE_GAP_FOUND]);
    expect(world.emitted(Metric.COVERAGE_CHECKS)).toEqual([]);
  });

  test('without the subscription nothing is compared: the hour may not have been metered', async () => {
    (world.ports.logging as any).inspect = fails;
    await expect(world.check()).rejects.toMatchObject({ message: 'logging: TypeError: out of order' });
    expect(world.emitted(Metric.COVERAGE_GAPS)).toEqual([]);
  });

  test('is told by name, every one', async () => {
    (world.ports.bedrock as any).counted = fails;
    (world.ports.bedrock as any).mantleUse = fails;
    await expect(world.check()).rejects.toMatchObject({ message: 'mantle: TypeError: out of order; comparison: TypeError: out of order' });
  });
});
