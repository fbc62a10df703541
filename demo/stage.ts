import { EventType } from '../src/contract';
import { Status } from '../src/lambdas/core/budget';
import { formatUsd, Usd } from '../src/lambdas/core/money';
import { Settings } from '../src/lambdas/core/settings';
import { DeployedBudgeteer } from '../test/deployed/deployed-budgeteer';
import { until } from '../test/deployed/until';
import { BedrockUser } from '../test/e2e/support/bedrock-user';
import { LocalCloud } from '../test/local-cloud/local-cloud';
import { auditedEvents } from './audit';
import { CheckFailedError, differingDenials, differingSpend, missingRuntimes, missingStatus } from './checks';
import { GRACE_SECONDS } from './deployment';
import { expectationOf } from './expectation';
import { AGENTS, CastMember, displayNameOf, MEMBERS } from './fixture/cast';
import { FixtureLine } from './fixture/day-of-calls';
import { iamIdOf, principalIdOf, runtimePrincipalIdsOf } from './fixture/identities';
import { Principals } from './principals';
import { AuditedEvent } from './report/summary';
import { Show } from './terminal/show';
import { Standing, totalOf } from './watch/standing';
import { Watcher } from './watch/watcher';

/** The example leaves the time zone at its default. */
export const TIME_ZONE = 'UTC';

/** What every stage does: watch, wait, verify. */
export class Stage {
  public static async open(
    cloud: LocalCloud, budgeteer: DeployedBudgeteer, show: Show, opened: (title: string, verified: string[]) => void,
  ): Promise<Stage> {
    return new Stage(cloud, budgeteer, new Principals(cloud), await budgeteer.deployedSettings(), show, opened);
  }

  public readonly watcher: Watcher;
  private verified: string[] = [];
  private readonly keys = new Map<CastMember, BedrockUser>();

  private constructor(
    private readonly cloud: LocalCloud,
    public readonly budgeteer: DeployedBudgeteer,
    public readonly principals: Principals,
    settings: Settings,
    private readonly show: Show,
    private readonly opened: (title: string, verified: string[]) => void,
  ) {
    // Budgets from which nobody of the cast pays are those of the runtimes that share one: nothing happens to them.
    this.watcher = new Watcher(budgeteer, settings, TIME_ZONE, (standings, change) => {
      const shown = this.ordered(standings);
      show.standings(shown, shown.find(({ principalId }) => principalId === change?.principalId));
    });
  }

  public idOf(member: CastMember): string {
    return principalIdOf(member, this.principals.place);
  }

  /** Lets everybody call Bedrock, as far as nothing denies it; but for those whose roles only AWS may change. */
  public async handOutKeys(): Promise<void> {
    for (const member of MEMBERS.filter(({ path }) => !path.startsWith('/aws-reserved/'))) {
      this.keys.set(member, await this.principals.keyOf(member));
    }
  }

  /** In the order of the cast. */
  public ordered(standings: readonly Standing[]): Standing[] {
    return MEMBERS.flatMap(member => standings.find(({ principalId }) => principalId === this.idOf(member)) ?? []);
  }

  /** Waits until the runtimes of AgentCore that were just made have their budgets. */
  public async registrationArrives(): Promise<void> {
    const { place } = this.principals;
    const expected = AGENTS.map(member => ({ ids: runtimePrincipalIdsOf(member, place), principalId: this.idOf(member), roleId: iamIdOf(member, place) }));
    await until('the registration of the runtimes', async () => missingRuntimes(await this.budgeteer.budgets(), expected) ?? this).catch(failAsCheck);
  }

  /** Who has a role to themselves, and whether people were warned of those who have not. */
  public async verifyRuntimes(): Promise<void> {
    for (const member of AGENTS) {
      const names = displayNameOf(member);
      if (member.runtimes.length === 1) {
        this.verify(`the AgentCore runtime ${names} is registered, with a budget of its own`, undefined);
        continue;
      }
      await until(`the warning that runtimes share the role ${member.name}`, async () => {
        const events = await this.auditTrail();
        return events.find(({ type, principalId }) => type === EventType.RUNTIMES_SHARE_ROLE && principalId === this.idOf(member)) ?? 'nobody was warned';
      }).catch(failAsCheck);
      this.verify(`the AgentCore runtimes ${names} are registered with one budget, and a warning went out that they share the role ${member.name}`, undefined);
    }
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
    const problem = differingDenials(await this.budgeteer.denied(), new Set(members.map(member => iamIdOf(member, this.principals.place))));
    const names = members.map(displayNameOf);
    this.verify(names.length > 0 ? `IAM denies ${names.join(', ')}, and nobody else` : 'IAM denies nobody', problem);
    await this.verifyCalls(members);
  }

  /** The same from the other side: everybody who can tries to call a model. */
  private async verifyCalls(denied: readonly CastMember[]): Promise<void> {
    // The switch ends handlers that are at work: whatever happened has to be told first.
    await this.auditTrail();
    await this.cloud.enforceIam(true);
    const answers = await Promise.all([...this.keys].map(async ([member, user]) => ({ member, answer: await user.call() })));
    await this.cloud.enforceIam(false);
    const wrong = answers.filter(({ member, answer }) => (answer !== 'allowed') !== denied.includes(member));
    const refused = answers.filter(({ answer }) => answer !== 'allowed').map(({ member }) => displayNameOf(member));
    this.verify(
      refused.length > 0
        ? `Bedrock refuses calls of ${refused.join(', ')}, and answers the other ${answers.length - refused.length} who try`
        : `Bedrock answers calls of all ${answers.length} who try`,
      wrong.length > 0 ? wrong.map(({ member, answer }) => `a call of ${displayNameOf(member)}: ${answer}`).join('; ') : undefined,
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
    this.verify(`${spend.size} principals are charged exactly what was worked out without the system`, differingSpend(charged, spend));
  }

  public async verifyLimits(members: readonly CastMember[]): Promise<void> {
    const standings = await this.watcher.look();
    const wrong = members.filter(member => {
      const limit = standings.get(this.idOf(member))?.limit;
      return (limit === undefined ? undefined : formatUsd(limit)) !== member.limitUsd;
    });
    this.verify(
      members.length === MEMBERS.length ? 'everybody has the limit that was meant, in code, by default or at run time' : 'the limits that were set in code and at run time are in force',
      wrong.length > 0 ? `not the limits that were set: ${wrong.map(displayNameOf).join(', ')}` : undefined,
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
export function failAsCheck(error: Error): never {
  throw error.name === 'NeverHappenedError' ? new CheckFailedError(error.message, { cause: error }) : error;
}
