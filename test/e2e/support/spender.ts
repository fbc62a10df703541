import { Budget, Status } from '../../../src/lambdas/core/budget';
import { parsePeriod } from '../../../src/lambdas/core/calendar';
import { usd } from '../../../src/lambdas/core/money';
import { Call, callCosting } from './calls';
import { Instance } from './instance';
import { AuditRow } from './instance-audit';
import { Order } from './runbook';

/** Who spends: a user or role of IAM, or an AgentCore runtime. */
export interface Identity {
  readonly type: 'user' | 'role' | 'runtime';
  readonly name: string;
  /** As Bedrock logs it: of a role, the ARN of a session. */
  readonly arn: string;
  readonly principalId: string;
  /** Principal id of whom IAM denies for it. @default - itself */
  readonly deniedAs?: string;
}

/** A principal as one instance sees it: spends, is given limits and orders, and tells where it stands. */
export class Spender {
  public readonly id: string;

  constructor(private readonly instance: Instance, public readonly identity: Identity) {
    this.id = identity.principalId;
  }

  /** Makes one call that costs exactly so much. */
  public async spends(dollars: string, options: { readonly at?: Date; readonly session?: string } = {}): Promise<void> {
    await this.calls(callCosting(dollars), options);
  }

  public async calls(call: Call, { at = new Date(), session }: { readonly at?: Date; readonly session?: string } = {}): Promise<void> {
    await this.instance.log([this.instance.lineOf(call, session ? this.arnOfSession(session) : this.identity.arn, at)]);
  }

  /** Gives it a limit before it spends, as an operator would. */
  public async isLimitedTo(dollars: string, period = '30 days'): Promise<this> {
    await this.instance.budgeteer.setLimits(this.id, [{ amount: usd(dollars), period: parsePeriod(period) }], 'ops:e2e');
    return this;
  }

  /** Carries out what the runbook says. */
  public async orders(order: Order): Promise<void> {
    await this.instance.updateBudget(this.id, order);
  }

  /** Waits until the table says so. */
  public reaches(...statuses: readonly Status[]): Promise<Budget> {
    return this.eventually(`${this.identity.name} is ${statuses.join(' or ')}`, budget =>
      (budget && statuses.includes(budget.status) ? budget : `is ${budget?.status ?? 'not known'}`));
  }

  /** Waits until its budget is as wanted. */
  public eventually(what: string, ask: (budget: Budget | undefined) => Budget | string): Promise<Budget> {
    return this.instance.eventually(what, async () => ask(await this.instance.budgeteer.budget(this.id)), this.id);
  }

  /** What IAM says, whatever the table does. */
  public async isDenied(): Promise<boolean> {
    return (await this.instance.budgeteer.denied()).has(this.identity.deniedAs ?? this.id);
  }

  /** What stands in the audit trail, in order of time. */
  public async audit(): Promise<readonly AuditRow[]> {
    return (await this.instance.audit()).filter(({ subject }) => subject === this.id);
  }

  /** Waits until the audit trail has an event of that type, and so everything that came before it is decided. */
  public async isRecorded(type: string, times = 1): Promise<readonly AuditRow[]> {
    return this.instance.eventually(`"${type}" stands ${times} times in the audit trail of ${this.identity.name}`, async () => {
      const found = (await this.audit()).filter(row => row.type === type);
      return found.length >= times ? found : `it stands there ${found.length} times`;
    }, this.id);
  }

  private arnOfSession(session: string): string {
    return this.identity.arn.replace(/[^/]+$/, session);
  }
}
