import { Handler, LedgerAttribute, SettingName } from '../../src/contract';
import { ACCOUNT, aDataMessage, agentSettingTexts, aRecordLine, aSubscriptionEvent, MINUTE } from '../lambdas/core/builders';
import { aFunctionUrlEvent } from '../lambdas/function-url';
import { ScaledDecimal } from '../lambdas/scaled-decimal';
import { Cloud, CloudOptions, UNREADABLE } from './aws/cloud';
import { budgeteer } from './aws/command-line';

/** A dollar for a million tokens. */
export const MODEL = 'test.model-v1:0';
const TOKENS_PER_USD = 1_000_000;
const USD_PER_TOKEN = '0.000001';
/** How often an administrator asks who is not answered. */
const MAX_REQUESTS = 10;

/** A call that somebody made, as the test knows it. */
export interface Call {
  readonly requestId: string;
  /** Whose budget pays. */
  readonly payer: string;
  /** In the record: `user/alice`, `assumed-role/writer/session`. */
  readonly identity: string;
  readonly tokens: number;
  readonly at: number;
  readonly model?: string;
}

export interface WorldOptions extends Omit<CloudOptions, 'settings'> {
  readonly settings?: Readonly<Record<string, string>>;
  readonly timeZone?: string;
}

interface UrlAnswer {
  readonly statusCode: number;
  readonly body: string;
}

export type Sums = Record<string, Record<string, string>>;

/** A deployment on AWS in memory, with the test's own knowledge of what was spent and who may be denied. */
export class World {
  /** The principal that a user or role is, such as `role/agents`. */
  public static ownId(entity: string): string {
    return `iam-${entity.replace('/', `/${ACCOUNT}/`)}`;
  }

  public readonly cloud: Cloud;
  /** What is to be charged, each once, however often it was delivered. */
  public readonly calls = new Map<string, Call>();
  /** Lines that nobody can read. */
  public readonly poison: string[] = [];
  /** Limit a day, by principal; whoever is not there has none. */
  public readonly limits = new Map<string, number>();
  /** Who is suspended by an order. */
  public readonly held = new Set<string>();
  /** Which budgets restrict a user or role, such as `role/agents`. */
  public readonly holders = new Map<string, readonly string[]>();
  /** What the execution roles of runtimes were when a call was charged, by the call's request id. */
  private readonly rolesWhenCharged = new Map<string, ReadonlyMap<string, string | undefined>>();
  /** Denies that had no reason when they were attached. */
  public readonly unjust: string[] = [];
  /** What a token of a model costs, where it is not a dollar a million. */
  public readonly prices = new Map<string, string>();
  /** What a token of a model costs while that price is not known. */
  public readonly estimates = new Map<string, string>();
  /** Orders that were refused. */
  public readonly refused: string[] = [];
  /** Whether there is a deployment no more. */
  public isRemoved = false;
  public readonly timeZone: string;
  private orders = 0;
  private readonly calendar: Intl.DateTimeFormat;
  private lines = 0;

  constructor({ settings = {}, timeZone = 'UTC', environment, ...options }: WorldOptions) {
    this.timeZone = timeZone;
    this.calendar = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    this.cloud = new Cloud({
      ...options,
      environment: { ...environment, BUDGETEER_TIME_ZONE: timeZone },
      settings: agentSettingTexts({
        [SettingName.REFRESH_PERIOD]: 'calendar day',
        [SettingName.AGENT_REFRESH_PERIOD]: 'calendar day',
        [SettingName.DEFAULT_API_KEY_BUDGET_USD]: '10',
        [SettingName.PRICE_OVERRIDES]: `${MODEL} in=1 out=1`,
        ...settings,
      }),
    });
    this.cloud.onCharge = callId => {
      const roles = this.cloud.tables.items('Budgets').map(({ principalId, activeRole }) => [principalId.S!, activeRole?.S] as const);
      this.rolesWhenCharged.set(callId.split('/').at(-1)!, new Map(roles));
    };
    this.cloud.onAttachment = (entity, denied) => {
      if (denied && !this.principalsOf(entity).some(holder => this.isOver(holder))) {
        this.unjust.push(`${entity} at ${new Date(this.cloud.now).toISOString()}`);
      }
    };
  }

  public close(): void {
    this.cloud.close();
  }

  public get now(): number {
    return this.cloud.now;
  }

  // What people do

  /** A line of the log about a call. */
  public call(identity: string, usd: number, changes: Partial<Call> & { readonly payer: string }): string {
    const call: Call = { requestId: `r-${this.calls.size + 1}`, identity, tokens: Math.round(usd * TOKENS_PER_USD), at: this.now, ...changes };
    this.calls.set(call.requestId, call);
    return lineOf(call);
  }

  /** A line that nobody can read. */
  public garbage(): string {
    const line = `garbage ${this.poison.length + 1}`;
    this.poison.push(line);
    return line;
  }

  /** The event with which the log group delivers lines. */
  public delivery(lines: readonly string[]): object {
    return aSubscriptionEvent(aDataMessage(lines.map(message => {
      this.lines += 1;
      return { id: `line-${this.lines}`, timestamp: this.now, message };
    })));
  }

  public deliver(...lines: readonly string[]): void {
    this.cloud.invokeLater(Handler.USAGE_METER, this.delivery(lines));
  }

  /** An administrator gives an order, and asks again under the same key while there is no answer, or the answer is that something failed. */
  public async order(request: Readonly<Record<string, unknown>>): Promise<void> {
    this.orders += 1;
    const event = aFunctionUrlEvent({ ...request, idempotencyKey: `order-${this.orders}` });
    for (let attempt = 1; attempt <= MAX_REQUESTS; attempt += 1) {
      const answer = await this.cloud.invoke(Handler.BUDGET_MANAGER, event).catch(() => undefined) as UrlAnswer | undefined;
      if (answer && answer.statusCode < 500) {
        this.refused.push(...answer.statusCode === 200 ? [] : [answer.body]);
        return;
      }
      await this.pass(1 / 60);
    }
    this.refused.push(`no answer to ${JSON.stringify(request)}`);
  }

  /** The schedule of the monitor. */
  public monitor(at = this.now): void {
    this.cloud.invokeLater(Handler.BUDGET_MONITOR, { time: new Date(at).toISOString() }, Math.max(at, this.now));
  }

  public async pass(minutes: number): Promise<void> {
    await this.cloud.passUntil(this.now + minutes * MINUTE);
  }

  public async passUntil(iso: string): Promise<void> {
    await this.cloud.passUntil(Date.parse(iso));
  }

  /** Waits, ten minutes at a time, until something is so. */
  public async until(isSo: () => boolean, meanwhile: () => void): Promise<void> {
    for (let rounds = 0; !isSo() && rounds < 10; rounds += 1) {
      meanwhile();
      await this.pass(10);
    }
  }

  /** Who is over a limit or held, as IAM knows them. */
  public over(): readonly string[] {
    return [...new Set([...this.limits.keys(), ...this.held])].filter(principalId => this.isOver(principalId))
      .map(principalId => principalId.replace(/^iam-(\w+)\/\d+\//, '$1/'));
  }

  // After the faults

  /**
   * Nothing fails any more: what was given up is replayed by the command for it, and the monitor goes on as ever, until all is as it should be, but no longer
   * than an hour.
   */
  public async settle(isAtRest: () => boolean, scheduled: readonly string[] = []): Promise<void> {
    this.cloud.isExposed = false;
    await this.pass(15);
    await this.replayDeadLetters();
    for (let passed = 0; !this.isRemoved && (passed === 0 || (passed < 60 && !isAtRest())); passed += 5) {
      this.monitor();
      scheduled.forEach(handler => this.cloud.invokeLater(handler, { source: 'aws.events', time: new Date(this.now).toISOString() }));
      await this.pass(5);
    }
  }

  public async replayDeadLetters(): Promise<void> {
    if (!this.cloud.queues.names().some(name => this.cloud.queues.bodies(name).length > 0)) {
      return;
    }
    await budgeteer(['dead-letters', 'replay', '--yes'], this.now);
    this.cloud.queues.showAll();
    await this.pass(5);
  }

  // What should be

  /** Whose budgets restrict a user or role. */
  public principalsOf(entity: string): readonly string[] {
    return this.holders.get(entity) ?? [World.ownId(entity)];
  }

  public isOver(principalId: string): boolean {
    const limit = this.limits.get(principalId);
    const spent = this.sums(call => this.priceOfNow(call))[principalId]?.[this.dayOf(this.now)] ?? '0';
    return this.held.has(principalId) || (limit !== undefined && ScaledDecimal.compare(spent, String(limit)) >= 0);
  }

  /** What each principal spent on each day. */
  public expected(): Sums {
    return this.sums(call => this.priceOf(call));
  }

  private sums(priceOf: (call: Call) => string): Sums {
    return sumsOf([...this.calls.values()].map(call => [this.payerOf(call), this.dayOf(call.at), ScaledDecimal.product(priceOf(call), call.tokens)]));
  }

  private priceOf({ model = MODEL }: Call): string {
    return this.prices.get(model) ?? USD_PER_TOKEN;
  }

  /** An estimate holds until it is corrected, and so does what it makes somebody owe. */
  private priceOfNow(call: Call): string {
    const estimate = this.estimates.get(call.model ?? MODEL);
    return estimate !== undefined && this.rowOf(call.requestId)?.[LedgerAttribute.ESTIMATE] !== undefined ? estimate : this.priceOf(call);
  }

  /**
   * Whoever should pay. A call of a runtime that was charged only after the runtime got another role may stand with the role: the log names roles alone, and
   * whose a role is is asked when a call is charged.
   */
  private payerOf({ requestId, payer, identity }: Call): string {
    const [, role] = /^assumed-role\/([^/]+)/.exec(identity) ?? [];
    const ownId = World.ownId(`role/${role}`);
    const charged = this.rolesWhenCharged.get(requestId);
    const isTooLate = payer !== ownId && charged?.get(payer) !== undefined && charged.get(payer) !== ownId;
    return isTooLate && this.rowOf(requestId)?.principalId.S === ownId ? ownId : payer;
  }

  private rowOf(requestId: string) {
    return this.cloud.tables.items('Ledger').find(({ callId }) => callId.S!.endsWith(`/${requestId}`));
  }

  public inLedger(): Sums {
    return sumsOf(this.cloud.tables.items('Ledger').map(({ principalId, day, costUsd }) => [principalId.S!, day.S!, costUsd.N!]));
  }

  public inBudgets(): Sums {
    return sumsOf(this.cloud.tables.items('Budgets').flatMap(item => Object.entries(item).flatMap(([name, value]) => (
      name.startsWith('spend#') ? [[item.principalId.S!, name.slice('spend#'.length), value.N!] as const] : []
    ))));
  }

  /** Texts of the lines that were put aside, with how often each was. */
  public putAside(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    this.cloud.queues.bodies(UNREADABLE).forEach(({ record }) => counts.set(record, (counts.get(record) ?? 0) + 1));
    return counts;
  }

  public status(principalId: string): string | undefined {
    return this.cloud.tables.item('Budgets', principalId)?.status?.S;
  }

  public dayOf(at: number): string {
    return this.calendar.format(at);
  }
}

export function lineOf({ requestId, identity, tokens, at, model = MODEL }: Call): string {
  return aRecordLine({
    requestId,
    modelId: model,
    timestamp: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
    identity: { arn: `arn:aws:${identity.startsWith('assumed-role/') ? 'sts' : 'iam'}::${ACCOUNT}:${identity}` },
    input: { inputContentType: 'application/json', inputTokenCount: tokens },
    output: { outputContentType: 'application/json', outputTokenCount: 0 },
  });
}

/** Days on which nothing is left count as days that are not there. */
function sumsOf(amounts: readonly (readonly [principalId: string, day: string, usd: string])[]): Sums {
  const sums: Sums = {};
  for (const [principalId, day, usd] of amounts) {
    const days = sums[principalId] ??= {};
    days[day] = ScaledDecimal.sum(days[day] ?? '0', usd);
  }
  return sums;
}
