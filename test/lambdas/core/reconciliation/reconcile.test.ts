import { EventType, Metric } from '../../../../src/contract';
import { BudgetEvent } from '../../../../src/lambdas/core/events';
import { usd, Usd } from '../../../../src/lambdas/core/money';
import { GUARDRAILS_ID } from '../../../../src/lambdas/core/pricing/units';
import { BilledDay, BillUnavailableError, ReconciliationNote } from '../../../../src/lambdas/core/reconciliation/ports';
import { reconcile } from '../../../../src/lambdas/core/reconciliation/reconcile';
import { Observed } from '../../observed';
import { Faults } from '../in-memory/faults';

const NOVA = 'amazon.nova-pro-v1:0';
const OPTIONS = { deploymentId: 'dep-1', environmentName: 'test', region: 'us-east-1', byPrincipal: false };
const ALICE = 'iam-user/111122223333/alice';
const PROFILE = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc';

/** The bill, the log and the note in memory. */
class World {
  public readonly observed = new Observed();
  public readonly faults = new Faults();
  public readonly published: BudgetEvent[] = [];
  public readonly asked: (readonly [string, string])[] = [];
  public note: ReconciliationNote | undefined;
  public readonly bill = new Map<string, BilledDay>();
  public readonly log = new Map<string, Map<string, Usd>>();
  public readonly ofPrincipals = new Map<string, Map<string, Usd>>();
  /** Days whose log cannot be read. */
  public readonly unreadable = new Set<string>();
  public unavailable: string | undefined;

  public meters(day: string, cost: string, model = NOVA): this {
    const models = this.log.get(day) ?? new Map<string, Usd>();
    this.log.set(day, models.set(model, usd(cost)));
    return this;
  }

  public bills(day: string, cost: string | undefined, { estimated = true, arrived = true, ofAlice = '0' } = {}): this {
    const charges = cost === undefined ? [] : [{ service: 'Amazon Bedrock', usageType: 'USE1-NovaPro-input-tokens', unblended: usd(cost), net: usd(cost) }];
    const tagged = [{ value: 'alice', usageType: 'USE1-NovaPro-input-tokens', unblended: usd(ofAlice), net: usd(ofAlice) }];
    this.bill.set(day, { day, estimated, arrived, charges, tagged });
    return this;
  }

  public async on(day: string, options = OPTIONS) {
    this.observed.added.length = 0;
    return reconcile(Date.parse(`${day}T11:20:00Z`), {
      bill: {
        read: (from, until) => this.faults.around('read the bill', () => {
          this.asked.push([from, until]);
          if (this.unavailable !== undefined) {
            throw new BillUnavailableError(this.unavailable);
          }
          return [...this.bill.values()].filter(({ day: billed }) => billed >= from && billed < until);
        }),
      },
      metered: {
        byModel: called => this.faults.around('read the log', () => this.read(called, this.log)),
        byPrincipal: called => this.faults.around('read the log by principal', () => this.read(called, this.ofPrincipals)),
      },
      models: { modelsBehind: async ids => new Map([...ids].includes(PROFILE) ? [[PROFILE, { modelId: `us.${NOVA}` }]] : []) },
      notes: {
        recall: async () => this.note,
        remember: note => this.faults.around('remember', () => {
          this.note = note;
        }),
      },
      events: { publish: events => this.faults.around('publish', () => void this.published.push(...events)) },
      metrics: this.observed.metrics,
      log: this.observed.log,
    }, options);
  }

  private read(day: string, log: ReadonlyMap<string, ReadonlyMap<string, Usd>>): ReadonlyMap<string, Usd> {
    if (this.unreadable.has(day)) {
      throw new TypeError('too many rows');
    }
    return log.get(day) ?? new Map();
  }

  public metric(name: Metric): number | undefined {
    return this.observed.added.find(([metric]) => metric === name)?.[1];
  }

  public get told(): string[] {
    return this.published.map(({ detail: { eventId } }) => eventId);
  }
}

let world: World;
beforeEach(() => {
  world = new World();
  world.note = { since: '2026-11-18', days: [] };
});

test('the first day that is compared is the first whole one', async () => {
  world.note = undefined;
  expect(await world.on('2026-11-17')).toEqual({ compared: [], pending: [], drifting: [] });
  expect(world.note).toEqual({ since: '2026-11-18', days: [] });
  expect(world.asked).toEqual([]);
  expect(world.metric(Metric.RECONCILIATION_PENDING)).toBe(0);
});

test('a day that agrees is told in the log alone', async () => {
  world.meters('2026-11-18', '10').bills('2026-11-18', '10.2');
  expect(await world.on('2026-11-21')).toEqual({ compared: ['2026-11-18'], pending: [], drifting: [] });
  expect(world.asked).toEqual([['2026-11-18', '2026-11-19']]);
  expect(world.published).toEqual([]);
  expect(world.observed.added).toEqual([
    [Metric.RECONCILED_DAYS, 1], [Metric.RECONCILIATION_PENDING, 0], [Metric.COST_DRIFT_PERCENT, 0], [Metric.COST_DRIFT_USD, 0],
  ]);
  expect(world.observed.at('info').map(({ facts }) => facts)).toContainEqual({
    day: '2026-11-18', final: false, modelId: NOVA, meteredUsd: '10', billedUsd: '10.2', ratio: '0.980', percent: 2, verdict: 'agrees',
  });
});

test('a day that differs is told with models, figures and ratios', async () => {
  world.meters('2026-11-18', '60').bills('2026-11-18', '100');
  expect(await world.on('2026-11-21')).toMatchObject({ drifting: ['2026-11-18'] });
  expect(world.published).toEqual([{
    type: EventType.COST_DRIFT_FOUND,
    detail: expect.objectContaining({
      eventId: 'cost-drift/2026-11-18/estimated',
      occurredAt: '2026-11-21T11:20:00.000Z',
      actor: 'cost-reconciler',
      reason: '2026-11-18 (UTC): amazon.nova-pro-v1:0 was metered at $60.00 and is billed at $100.00; 1 of 1 models differs by more than 5 %',
      before: { day: '2026-11-18', meteredUsd: { [NOVA]: '$60.00', 'all models': '$60.00' } },
      after: {
        day: '2026-11-18', final: false, billedUsd: { [NOVA]: '$100.00', 'all models': '$100.00' }, ratio: { [NOVA]: '0.600', 'all models': '0.600' }, otherUsd: {}, unknownModelsUsd: {},
      },
    }),
  }]);
  expect(world.metric(Metric.COST_DRIFT_PERCENT)).toBe(40);
  expect(world.metric(Metric.COST_DRIFT_USD)).toBe(40);
});

test('a day is compared once', async () => {
  world.meters('2026-11-18', '60').bills('2026-11-18', '100');
  await world.on('2026-11-21');
  expect(await world.on('2026-11-21')).toEqual({ compared: [], pending: [], drifting: [] });
  expect(world.told).toHaveLength(1);
});

describe('a bill that is not there', () => {
  test('is said, not counted as a difference', async () => {
    world.meters('2026-11-18', '60');
    expect(await world.on('2026-11-21')).toEqual({ compared: [], pending: ['2026-11-18'], drifting: [] });
    expect(world.observed.added).toEqual([[Metric.RECONCILED_DAYS, 0], [Metric.RECONCILIATION_PENDING, 1]]);
    expect(world.observed.at('info')).toMatchObject([{ facts: { days: ['2026-11-18'] } }]);
    expect(world.published).toEqual([]);
  });

  test('is not there where Cost Explorer knows the day and has nothing on it', async () => {
    world.meters('2026-11-18', '60').bills('2026-11-18', undefined, { arrived: false });
    expect(await world.on('2026-11-21')).toMatchObject({ pending: ['2026-11-18'] });
  });

  test('is compared when it comes', async () => {
    world.meters('2026-11-18', '60').meters('2026-11-19', '5');
    await world.on('2026-11-21');
    world.bills('2026-11-18', '60').bills('2026-11-19', '5');
    expect(await world.on('2026-11-22')).toEqual({ compared: ['2026-11-18', '2026-11-19'], pending: [], drifting: [] });
    expect(world.asked[1]).toEqual(['2026-11-18', '2026-11-20']);
  });

  test('of one model is waited for until the day is a week old, and is a difference then', async () => {
    world.meters('2026-11-18', '60').bills('2026-11-18', undefined);
    const { pending, compared } = await world.on('2026-11-24');
    expect(pending).toContain('2026-11-18');
    expect(compared).toEqual([]);
    expect(await world.on('2026-11-25')).toMatchObject({ drifting: ['2026-11-18'] });
  });

  test('is given up after three weeks, and that is said', async () => {
    await world.on('2026-12-10');
    expect(world.observed.at('warn')).toMatchObject([{ message: 'a day was never compared: the bill did not have it in time', facts: { day: '2026-11-18' } }]);
  });
});

describe('the closed bill of a month', () => {
  beforeEach(async () => {
    world.meters('2026-11-18', '60').bills('2026-11-18', '60');
    await world.on('2026-11-21');
    world.note = { ...world.note!, since: '2026-12-05' };
    // the log may be gone by then
    world.log.clear();
  });

  test('is compared with what was metered then', async () => {
    world.bills('2026-11-18', '61', { estimated: false });
    expect(await world.on('2026-12-06')).toEqual({ compared: ['2026-11-18'], pending: [], drifting: [] });
    expect(world.note?.days).toMatchObject([{ day: '2026-11-18', final: true }]);
    expect(await world.on('2026-12-07')).toMatchObject({ compared: [] });
  });

  test('that differs where the first one did not is told', async () => {
    world.bills('2026-11-18', '90', { estimated: false });
    await world.on('2026-12-06');
    expect(world.told).toEqual(['cost-drift/2026-11-18/final']);
  });

  test('is asked for along with days that wait, from the first of all on', async () => {
    world.note = { ...world.note!, since: '2026-12-02' };
    world.asked.length = 0;
    world.bills('2026-11-18', '60', { estimated: false });
    expect(await world.on('2026-12-06')).toEqual({ compared: ['2026-11-18'], pending: ['2026-12-02', '2026-12-03'], drifting: [] });
    expect(world.asked).toEqual([['2026-11-18', '2026-12-04']]);
  });

  test('is waited for while AWS may still change it', async () => {
    world.bills('2026-11-18', '90');
    expect(await world.on('2026-12-06')).toMatchObject({ compared: [] });
    expect(world.note?.days).toMatchObject([{ final: false }]);
  });
});

test('a difference that was told is not told again when the month is closed', async () => {
  world.meters('2026-11-18', '60').bills('2026-11-18', '100');
  await world.on('2026-11-21');
  world.note = { ...world.note!, since: '2026-12-05' };
  world.bills('2026-11-18', '100', { estimated: false });
  expect(await world.on('2026-12-06')).toEqual({ compared: ['2026-11-18'], pending: [], drifting: [] });
  expect(world.told).toEqual(['cost-drift/2026-11-18/estimated']);
  expect(world.metric(Metric.COST_DRIFT_PERCENT)).toBe(0);
});

describe('by principal', () => {
  const BY_PRINCIPAL = { ...OPTIONS, byPrincipal: true };

  test('somebody who was charged otherwise than billed is told, though models agree', async () => {
    world.meters('2026-11-18', '100').bills('2026-11-18', '100', { ofAlice: '80' });
    world.ofPrincipals.set('2026-11-18', new Map([[ALICE, usd('40')], ['iam-user/111122223333/bob', usd('60')]]));
    expect(await world.on('2026-11-21', BY_PRINCIPAL)).toMatchObject({ drifting: ['2026-11-18'] });
    const [{ detail: { reason, before } }] = world.published;
    expect(reason).toBe(`2026-11-18 (UTC): ${ALICE} was metered at $40.00 and is billed at $80.00; 1 principal differs by more than 5 %`);
    expect(before?.meteredUsd).toEqual({ [ALICE]: '$40.00', 'all models': '$100.00' });
    expect(world.metric(Metric.COST_DRIFT_PERCENT)).toBe(50);
    expect(world.observed.at('info').map(({ facts }) => facts)).toEqual(expect.arrayContaining([
      { day: '2026-11-18', final: false, principalId: ALICE, meteredUsd: '40', billedUsd: '80', ratio: '0.500', percent: 50, verdict: 'differs' },
      { day: '2026-11-18', billedUsd: '0', meteredUsd: '60' },
    ]));
  });

  test('nobody is asked for where the bill does not tell principals', async () => {
    world.meters('2026-11-18', '100').bills('2026-11-18', '100', { ofAlice: '80' });
    world.faults.plan('read the log by principal');
    expect(await world.on('2026-11-21')).toMatchObject({ drifting: [] });
  });

  test('principals that cannot be read cost no comparison of models, and fail the run after everything was done', async () => {
    world.meters('2026-11-18', '60').bills('2026-11-18', '100', { ofAlice: '80' });
    world.faults.plan('read the log by principal');
    await expect(world.on('2026-11-21', BY_PRINCIPAL)).rejects.toMatchObject({
      name: 'ReconciliationIncompleteError', message: expect.stringMatching(/^principals of 2026-11-18: InjectedFault: /),
    });
    expect(world.told).toEqual(['cost-drift/2026-11-18/estimated']);
    expect(world.metric(Metric.RECONCILED_DAYS)).toBe(1);
    expect(await world.on('2026-11-21', BY_PRINCIPAL)).toEqual({ compared: [], pending: [], drifting: [] });
  });
});

test('a day whose log cannot be read waits, and holds up no other', async () => {
  world.meters('2026-11-19', '5').bills('2026-11-18', '60').bills('2026-11-19', '5');
  world.unreadable.add('2026-11-18');
  await expect(world.on('2026-11-22')).rejects.toMatchObject({ message: 'models of 2026-11-18: TypeError: too many rows' });
  expect(world.note?.days.map(({ day }) => day)).toEqual(['2026-11-19']);
  expect(world.metric(Metric.RECONCILIATION_PENDING)).toBe(1);
  world.unreadable.clear();
  world.meters('2026-11-18', '60');
  expect(await world.on('2026-11-22')).toMatchObject({ compared: ['2026-11-18'], drifting: [] });
});

test('guardrails are compared as a model of their own, also when the month is closed', async () => {
  world.meters('2026-11-18', '10').meters('2026-11-18', '10', GUARDRAILS_ID).bills('2026-11-18', '10');
  const bill = world.bill.get('2026-11-18')!;
  const guarded = { service: 'Amazon Bedrock', usageType: 'USE1-Guardrail-ContentPolicyUnitsConsumed', unblended: usd('10'), net: usd('10') };
  world.bill.set('2026-11-18', { ...bill, charges: [...bill.charges, guarded] });
  expect(await world.on('2026-11-21')).toEqual({ compared: ['2026-11-18'], pending: [], drifting: [] });
  world.bill.set('2026-11-18', { ...bill, estimated: false, charges: [...bill.charges, { ...guarded, unblended: usd('2'), net: usd('2') }] });
  world.note = { ...world.note!, since: '2026-12-05' };
  expect(await world.on('2026-12-06')).toMatchObject({ drifting: ['2026-11-18'] });
  expect(world.published[0].detail.before?.meteredUsd).toEqual({ [GUARDRAILS_ID]: '$10.00', 'all models': '$20.00' });
});

test('calls through a profile are those of its model', async () => {
  world.meters('2026-11-18', '60', PROFILE).meters('2026-11-18', '40').bills('2026-11-18', '100');
  expect(await world.on('2026-11-21')).toMatchObject({ drifting: [] });
  expect([...world.note!.days[0].metered.keys()].sort()).toEqual([NOVA, `us.${NOVA}`]);
});

test('a day of everything is told in the log, line by line', async () => {
  world.meters('2026-11-18', '10').meters('2026-11-18', '3', PROFILE).meters('2026-11-18', '2.5', 'arn:aws:bedrock:us-east-1:111122223333:prompt-router/x').bills('2026-11-18', '12', { ofAlice: '6' });
  const bill = world.bill.get('2026-11-18')!;
  const charge = (service: string, usageType: string, cost: string) => ({ service, usageType, unblended: usd(cost), net: usd(cost) });
  world.bill.set('2026-11-18', {
    ...bill,
    charges: [
      ...bill.charges, charge('Amazon Bedrock AgentCore', 'USE1-Runtime-vCPU-Hours', '4'), charge('Claude Opus 9 (Amazon Bedrock Edition)', 'USE1-MP:USE1_input_tokens_standard-Units', '2'),
    ],
    tagged: [...bill.tagged, { ...bill.tagged[0], value: 'nobody' }],
  });
  world.ofPrincipals.set('2026-11-18', new Map([[ALICE, usd('6')], ['iam-user/111122223333/bob', usd('9')]]));
  await world.on('2026-11-21', { ...OPTIONS, byPrincipal: true });
  expect(world.observed.entries).toMatchSnapshot();
});

test('nothing is said of what there is not', async () => {
  world.meters('2026-11-18', '10').bills('2026-11-18', '10');
  await world.on('2026-11-21');
  expect(world.observed.entries.map(({ level, message }) => `${level}: ${message}`)).toEqual(['info: compared with the bill', 'info: compared with the bill']);
  world.observed.entries.length = 0;
  await world.on('2026-11-21');
  expect(world.observed.entries).toEqual([{ level: 'info', message: 'no day of the bill is due for comparison', facts: { since: '2026-11-18' } }]);
});

test('of several days that differ the worst share is told, and the sum of all differences, whichever way', async () => {
  world.meters('2026-11-18', '60').bills('2026-11-18', '100').meters('2026-11-19', '60').bills('2026-11-19', '50').meters('2026-11-20', '7').bills('2026-11-20', '7');
  expect(await world.on('2026-11-23')).toEqual({ compared: ['2026-11-18', '2026-11-19', '2026-11-20'], pending: [], drifting: ['2026-11-18', '2026-11-19'] });
  expect(world.observed.added).toEqual([
    [Metric.RECONCILED_DAYS, 3], [Metric.RECONCILIATION_PENDING, 0], [Metric.COST_DRIFT_PERCENT, 40], [Metric.COST_DRIFT_USD, 50],
  ]);
  expect(world.told).toEqual(['cost-drift/2026-11-18/estimated', 'cost-drift/2026-11-19/estimated']);
});

test('a bill that is closed when it is first read is not asked for again', async () => {
  world.meters('2026-11-18', '10').bills('2026-11-18', '10', { estimated: false });
  await world.on('2026-11-21');
  expect(world.note?.days).toEqual([{ day: '2026-11-18', final: true, told: false, metered: new Map([[NOVA, usd('10')]]) }]);
});

test('a day that agrees when the bill is closed stays told where it was', async () => {
  world.meters('2026-11-18', '60').bills('2026-11-18', '100');
  await world.on('2026-11-21');
  world.note = { ...world.note!, since: '2026-12-05' };
  world.bills('2026-11-18', '60', { estimated: false });
  await world.on('2026-12-06');
  expect(world.note?.days).toMatchObject([{ day: '2026-11-18', final: true, told: true }]);
});

test('a closed bill without the day is waited for', async () => {
  world.meters('2026-11-18', '60').bills('2026-11-18', '60');
  await world.on('2026-11-21');
  world.note = { ...world.note!, since: '2026-12-05' };
  world.bills('2026-11-18', '90', { estimated: false, arrived: false });
  expect(await world.on('2026-12-06')).toEqual({ compared: [], pending: [], drifting: [] });
  world.bill.clear();
  expect(await world.on('2026-12-06')).toEqual({ compared: [], pending: [], drifting: [] });
});

test('every day whose log cannot be read is named', async () => {
  world.bills('2026-11-18', '60').bills('2026-11-19', '5');
  world.unreadable.add('2026-11-18').add('2026-11-19');
  await expect(world.on('2026-11-22')).rejects.toMatchObject({
    name: 'ReconciliationIncompleteError', message: 'models of 2026-11-18: TypeError: too many rows; models of 2026-11-19: TypeError: too many rows',
  });
});

test('what cannot be matched is told in the log', async () => {
  world.meters('2026-11-18', '60', 'arn:aws:bedrock:us-east-1:111122223333:prompt-router/x').bills('2026-11-18', '60');
  await world.on('2026-11-21');
  expect(world.observed.at('warn')).toMatchObject([{ facts: { day: '2026-11-18', billedUnderUnknownNames: {}, meteredUnderUnknownModels: '60' } }]);
});

describe('a bill that cannot be read', () => {
  beforeEach(() => {
    world.unavailable = 'not enabled';
  });

  test('is told once, and the days wait', async () => {
    expect(await world.on('2026-11-21')).toEqual({ compared: [], pending: ['2026-11-18'], drifting: [] });
    expect(world.observed.entries).toEqual([
      { level: 'warn', message: 'the bill cannot be read', facts: { problem: 'not enabled' } },
      { level: 'info', message: 'the bill of some days is not there yet; they are asked for again tomorrow', facts: { days: ['2026-11-18'] } },
    ]);
    await world.on('2026-11-22');
    expect(world.published).toMatchObject([{ type: EventType.RECONCILIATION_UNAVAILABLE, detail: { eventId: 'reconciliation-unavailable/2026-11-21', reason: 'not enabled' } }]);
    expect(world.metric(Metric.RECONCILIATION_PENDING)).toBe(2);
  });

  test('is told again where it is another reason', async () => {
    await world.on('2026-11-21');
    world.unavailable = 'not allowed';
    await world.on('2026-11-22');
    expect(world.published.map(({ detail: { reason } }) => reason)).toEqual(['not enabled', 'not allowed']);
    expect(world.note?.unavailable).toBe('not allowed');
  });

  test('is told again where it could be read in between', async () => {
    await world.on('2026-11-21');
    world.unavailable = undefined;
    world.meters('2026-11-18', '1').bills('2026-11-18', '1');
    await world.on('2026-11-22');
    expect(world.note?.unavailable).toBeUndefined();
    world.unavailable = 'not enabled';
    await world.on('2026-11-23');
    expect(world.told).toEqual(['reconciliation-unavailable/2026-11-21', 'reconciliation-unavailable/2026-11-23']);
  });
});

describe.each(['read the bill', 'read the log', 'publish', 'remember'])('a run that fails to %s', call => {
  test.each(['before', 'after'] as const)('%s it took effect says the same when it is repeated', async moment => {
    world.meters('2026-11-18', '60').bills('2026-11-18', '100');
    world.faults.plan(call, moment);
    await expect(world.on('2026-11-21')).rejects.toThrow(`${call} failed`);
    await world.on('2026-11-21');
    expect(new Set(world.told)).toEqual(new Set(['cost-drift/2026-11-18/estimated']));
    expect(world.note?.days).toMatchObject([{ day: '2026-11-18', told: true }]);
  });
});
