import { WorkflowInput } from '../../src/contract';
import { IamDenyAttachments } from '../../src/lambdas/adapters/iam-deny-attachments';
import { IamPrincipalPolicies } from '../../src/lambdas/adapters/iam-principal-policies';
import { retryably } from '../../src/lambdas/adapters/retryably';
import { Budget, Limit } from '../../src/lambdas/core/budget';
import { limitsToItem, NumberText } from '../../src/lambdas/core/budget-item';
import { parsePeriod } from '../../src/lambdas/core/calendar';
import { decideAndSave } from '../../src/lambdas/core/decide-and-save';
import { enforce, EnforcerAnswer, EnforcerPorts } from '../../src/lambdas/core/enforcer';
import { enforcerRequest } from '../../src/lambdas/core/enforcer-request';
import { CoreContext } from '../../src/lambdas/core/evaluator';
import { usd } from '../../src/lambdas/core/money';
import { runMonitor } from '../../src/lambdas/core/monitor';
import { detach, DetacherRequest } from '../../src/lambdas/core/policy-backup/detacher';
import { detacherRequest } from '../../src/lambdas/core/policy-backup/detacher-request';
import { SettingsSnapshot } from '../../src/lambdas/core/ports';
import { EnforcementMode, Settings } from '../../src/lambdas/core/settings';
import { repairWorkflow, WorkflowStart } from '../../src/lambdas/core/workflow-start';
import { settings, settingTexts } from '../lambdas/core/builders';
import { InMemoryBackupStore } from '../lambdas/core/in-memory/backup-store';
import { InMemoryBudgetTable } from '../lambdas/core/in-memory/budget-table';
import { Faults } from '../lambdas/core/in-memory/faults';
import { ACCOUNT } from '../synthesized/synthesized-stack';
import { FakeIam } from './fake-iam';

/** An instant at which a principal has spent more than its limit, and the grace period that it has from then on. */
export const OVERRUN_AT = Date.parse('2026-11-22T10:00:00Z');
export const GRACE_SECONDS = 300;

const CONTEXT: CoreContext = { deploymentId: 'test', environmentName: 'test', timeZone: 'UTC', ownAccountId: ACCOUNT, region: 'us-east-1' };
const LIMIT_USD = '10';


/** A principal, its budget and IAM: what the enforcer and the policy-detacher work on, with nothing of them replaced but AWS itself. */
export class World {
  public readonly iam: FakeIam;
  public readonly metrics: string[] = [];
  /** Types of the events that the enforcer has put on the bus. */
  public readonly events: string[] = [];
  /** Whether the bus takes events. */
  public busIsUp = true;
  /** The setting of this name. */
  public enforcement: EnforcementMode = 'on';
  private readonly principalId: string;
  /** Makes the table fail, by the names of its calls. */
  public readonly faults = new Faults();
  private readonly table = new InMemoryBudgetTable(() => OVERRUN_AT, this.faults);
  private readonly started: WorkflowStart[] = [];
  private readonly ports: EnforcerPorts;
  /** What the policy-detacher removed. */
  public readonly backups = new InMemoryBackupStore(this.faults);
  private remembered?: SettingsSnapshot;
  private workers = 0;

  /**
   * @param entity such as `user/indexer`
   * @param detaches whether the enforcer knows of a policy-detacher
   */
  constructor(private readonly policyArn: string, public readonly entity: string, detaches = false) {
    const [type, name] = entity.split('/');
    this.iam = new FakeIam(policyArn);
    this.iam.add(entity);
    this.principalId = `iam-${type}/${ACCOUNT}/${name}`;
    this.table.put({
      'principalId': this.principalId,
      'registeredAt': '2026-11-01T00:00:00Z',
      'limits': limitsToItem([limitOf(LIMIT_USD)]),
      'spend#2026-11-22': new NumberText('10.5'),
      'lastCallAt': new Date(OVERRUN_AT).toISOString(),
    });
    this.ports = {
      store: this.table,
      attachments: new IamDenyAttachments(this.iam.client, policyArn),
      ...(detaches ? { backups: { holds: async target => this.backups.peek(target) !== undefined } } : {}),
      settings: { load: async () => ({ settings: this.settings, texts: settingTexts({ enforcement: this.enforcement }), refused: [] }) },
      events: {
        publish: async events => {
          if (!this.busIsUp) {
            throw new Error('the bus does not answer');
          }
          this.events.push(...events.map(event => event.type));
        },
      },
      metrics: { add: metric => this.metrics.push(metric) },
      log: { info: () => {}, warn: () => {}, error: () => {} },
    };
  }

  private get settings(): Settings {
    return settings({ graceSeconds: GRACE_SECONDS, enforcement: this.enforcement });
  }

  public get budget(): Budget {
    return this.table.peek(this.principalId)!;
  }

  /** The handler, as Lambda runs it: JSON in, JSON out. */
  public async enforcer(payload: unknown): Promise<EnforcerAnswer> {
    return retryably(() => enforce(enforcerRequest(JSON.parse(JSON.stringify(payload))), this.ports, CONTEXT));
  }

  /** The policy-detacher, as Lambda runs it. */
  public async detacher(payload: unknown): Promise<EnforcerAnswer> {
    this.workers += 1;
    const { store, settings: source, events, metrics, log } = this.ports;
    const ports = {
      ...{ store, settings: source, events, metrics, log, backups: this.backups, leases: this.backups },
      policies: new IamPrincipalPolicies(this.iam.clientOfDetacher),
      worker: `worker-${this.workers}`,
      clock: () => OVERRUN_AT,
    };
    const request = detacherRequest(JSON.parse(JSON.stringify(payload))) as DetacherRequest;
    return retryably(() => detach(request, ports, { ...CONTEXT, denyPolicyArn: this.policyArn }));
  }

  /** Whether policies of the principal are removed, and nobody but the backup knows them. */
  public get holdsPolicies(): boolean {
    return this.backups.peek(this.principalId) !== undefined;
  }

  /** A run of the monitor. @returns the workflows that it started */
  public async monitor(at: number): Promise<readonly WorkflowStart[]> {
    const before = this.started.length;
    const { store, settings: source, events, metrics, log, backups } = this.ports;
    await runMonitor(at, {
      ...{ store, settings: source, events, metrics, log, ...(backups ? { backups } : {}) },
      authors: { lastAuthor: async () => undefined },
      watchList: this.table,
      reader: this.table,
      inventory: { list: async () => this.iam.denied().map(entity => ({ type: entity.split('/')[0] as 'user' | 'role', name: entity.split('/')[1] })) },
      memory: {
        recall: async () => this.remembered,
        remember: async snapshot => {
          this.remembered = snapshot;
        },
      },
      workflows: { start: this.start },
    }, CONTEXT);
    return this.started.slice(before);
  }

  /** Decides as the evaluator does. @returns the workflow that the decision started */
  public async decide(at: number): Promise<WorkflowStart | undefined> {
    const before = this.started.length;
    await decideAndSave(this.principalId, at, { store: this.table, workflows: { start: this.start } }, { ...CONTEXT, settings: this.settings });
    return this.started.at(before);
  }

  private readonly start = async (workflow: WorkflowStart['workflow'], executionName: string, input: WorkflowInput): Promise<void> => {
    this.started.push({ workflow, executionName, input });
  };

  /** The workflow by which the monitor mends what IAM and the table disagree on. */
  public repair(workflow: WorkflowStart['workflow'], at: number): WorkflowStart {
    return repairWorkflow(workflow, this.budget, at);
  }

  /** An operator gives it so much instead. */
  public setLimit(limitUsd: string): void {
    this.table.edit(this.principalId, { limits: limitsToItem([limitOf(limitUsd)]) });
  }

  public hold(): void {
    this.table.edit(this.principalId, { hold: { by: 'an operator', reason: 'under investigation' } });
  }
}

function limitOf(limitUsd: string): Limit {
  return { amount: usd(limitUsd), period: parsePeriod('calendar month') };
}
