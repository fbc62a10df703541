import { DetacherAction, EnforcerAction } from '../../src/contract';
import { Budget } from '../../src/lambdas/core/budget';
import { isoInstant } from '../../src/lambdas/core/budget-item';
import { enforce, EnforcerAnswer } from '../../src/lambdas/core/enforcer';
import { detach, DetacherContext, DetacherPorts, DetacherRequest } from '../../src/lambdas/core/policy-backup/detacher';
import { PolicyBackup } from '../../src/lambdas/core/policy-backup/policy-backup';
import { restoreAll, RestoreAllAnswer, RestoreAllPorts } from '../../src/lambdas/core/policy-backup/restore-all';
import { idOfTarget, Attachable } from '../../src/lambdas/core/restriction-target';
import { aBudgetBeingRestored, ACCOUNT, aContext, agentSettingTexts, aSuspendedBudget, itemOf, MINUTE, NOON } from '../lambdas/core/builders';
import { InMemoryBackupStore } from '../lambdas/core/in-memory/backup-store';
import { InMemoryBudgetTable } from '../lambdas/core/in-memory/budget-table';
import { Faults } from '../lambdas/core/in-memory/faults';
import { EntityTraits, InMemoryPrincipalPolicies } from '../lambdas/core/in-memory/principal-policies';
import { InMemoryEvents, InMemoryLog, InMemoryMetrics, InMemorySettings } from '../lambdas/core/in-memory/surroundings';

export const DENY = `arn:aws:iam::${ACCOUNT}:policy/deny`;
export const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
export const BEDROCK = 'arn:aws:iam::aws:policy/AmazonBedrockLimitedAccess';
export const OWN = `arn:aws:iam::${ACCOUNT}:policy/team/own`;
export const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/boundary`;

/** White space, a plus, a percent sign, escapes and a letter beyond ASCII: whatever is changed on the way shows. */
export const LOGS_DOCUMENT = '{\r\n\t"Version": "2012-10-17",  "Statement": [{"Effect":"Allow","Action":"logs:*","Resource":"*+%20\\u00e9é/"}]\n}\n';
export const TABLE_DOCUMENT = '{"Version":"2012-10-17","Statement":[{"Sid":"SecretSid","Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"}]}';

/** What the principals of these tests have to begin with. */
export const POLICIES = { managed: [READ_ONLY, OWN, BEDROCK], inline: { logs: LOGS_DOCUMENT, table: TABLE_DOCUMENT } };

/** Backups, IAM and budgets in memory, with the enforcer and the policy-detacher at work on them. */
export class PolicyWorld {
  public readonly faults = new Faults();
  /** The wall clock. */
  public time = NOON;
  public readonly iam = new InMemoryPrincipalPolicies(this.faults);
  public readonly backups = new InMemoryBackupStore(this.faults);
  public readonly budgets = new InMemoryBudgetTable(() => NOON, this.faults);
  public readonly events = new InMemoryEvents(this.faults);
  public readonly metrics = new InMemoryMetrics();
  public readonly log = new InMemoryLog();
  public readonly settings = new InMemorySettings(agentSettingTexts(), this.faults);
  public readonly waits: number[] = [];
  /** Milliseconds that are left for giving everybody back what is held. */
  public remaining = Number.POSITIVE_INFINITY;
  /** AgentCore runtimes whose execution role the target is. */
  public runtimes: readonly string[] = [];
  public readonly context: DetacherContext = { ...aContext(), denyPolicyArn: DENY };
  private workers = 0;

  constructor(public readonly target: Attachable, traits: EntityTraits = {}) {
    [DENY, READ_ONLY, OWN, BEDROCK].forEach(arn => this.iam.publish(arn, arn === OWN ? { defaultVersionId: 'v3' } : {}));
    this.iam.add(target, { ...POLICIES, managed: [...POLICIES.managed, DENY], boundary: BOUNDARY, ...traits });
    this.isToBeDenied();
  }

  public get id(): string {
    return idOfTarget(this.target, ACCOUNT);
  }

  /** A port each invocation has for itself. */
  public ports(): DetacherPorts & RestoreAllPorts {
    this.workers += 1;
    const { iam: policies, backups, budgets: store, events, metrics, log, settings } = this;
    return {
      ...{ policies, backups, leases: backups, store, events, metrics, log, settings },
      runtimes: { runtimesOf: () => this.faults.around('runtimes.of', () => this.runtimes) },
      worker: `worker-${this.workers}`,
      clock: () => this.time,
      pause: async milliseconds => {
        this.waits.push(milliseconds);
        this.time += milliseconds;
        this.remaining -= milliseconds;
      },
      remaining: () => this.remaining,
    };
  }

  // Budgets

  public isToBeDenied(changes: Partial<Budget> = {}): void {
    this.put(aSuspendedBudget({ principalId: this.id, ...changes }));
  }

  public isToBeFree(changes: Partial<Budget> = {}): void {
    this.put(aBudgetBeingRestored({ principalId: this.id, ...changes }));
  }

  public put(budget: Budget): void {
    this.budgets.remove(budget.principalId);
    this.budgets.put(itemOf(budget));
  }

  // Steps

  public remove(principalId = this.id): Promise<EnforcerAnswer> {
    return detach(request(DetacherAction.REMOVE, principalId), this.ports(), this.context);
  }

  public restore(principalId = this.id): Promise<EnforcerAnswer> {
    return detach(request(DetacherAction.RESTORE, principalId), this.ports(), this.context);
  }

  public restoreAll(): Promise<RestoreAllAnswer> {
    return restoreAll({ action: DetacherAction.RESTORE_ALL, now: isoInstant(NOON) }, this.ports(), this.context);
  }

  public enforce(action: EnforcerAction, principalId = this.id): Promise<EnforcerAnswer> {
    const { budgets: store, settings, events, metrics, log } = this;
    const backups = { holds: (id: string) => this.faults.around('held.holds', () => this.holds(id)) };
    const ports = { store, attachments: this.iam.denyAttachments(DENY), backups, settings, events, metrics, log };
    return enforce({ ...request(DetacherAction.REMOVE, principalId), action }, ports, this.context);
  }

  /** As the enforcer is told: by the unique id of whoever bears the name now. */
  private holds(principalId: string): boolean {
    const [kind, , name] = principalId.split('/');
    const bearer = this.iam.peek({ type: kind === 'iam-user' ? 'user' : 'role', name })?.uniqueId;
    return bearer !== undefined && this.backups.isHeld(bearer);
  }

  // What is

  /** Of whoever bears the name of the target now. */
  public get uniqueId(): string | undefined {
    return this.iam.peek(this.target)?.uniqueId;
  }

  public get isLeased(): boolean {
    return this.backups.isLeased(this.uniqueId!);
  }

  public get backup(): PolicyBackup | undefined {
    return this.backups.peek(this.id);
  }

  public policies() {
    const { managed, inline } = this.iam.peek(this.target)!;
    return { managed: [...managed], inline };
  }

  public get denied(): boolean {
    return this.policies().managed.includes(DENY);
  }

  /** Names of what one would miss if nothing but IAM and the current backup were left. */
  public lost(expected: { readonly managed: readonly string[]; readonly inline: Readonly<Record<string, string>> } = POLICIES): string[] {
    const { managed, inline } = this.policies();
    const held = this.backup;
    return [
      ...expected.managed.filter(arn => !managed.includes(arn) && !held?.managed.some(policy => policy.arn === arn)),
      ...Object.entries(expected.inline)
        .filter(([name, document]) => inline[name] !== document && !held?.inline.some(policy => policy.name === name && policy.document === document))
        .map(([name]) => name),
    ];
  }

  /** What is neither attached nor written as it was to begin with. */
  public notInPlace(expected: { readonly managed: readonly string[]; readonly inline: Readonly<Record<string, string>> } = POLICIES): string[] {
    const { managed, inline } = this.policies();
    return [
      ...expected.managed.filter(arn => !managed.includes(arn)),
      ...Object.entries(expected.inline).filter(([name, document]) => inline[name] !== document).map(([name]) => name),
    ];
  }
}

export function request(action: DetacherRequest['action'], principalId: string): DetacherRequest {
  return {
    action,
    workflow: { principalId, revision: 3, notBefore: isoInstant(NOON), asOf: isoInstant(NOON - 5 * MINUTE) },
    now: isoInstant(NOON),
    executionName: 'execution',
  };
}
