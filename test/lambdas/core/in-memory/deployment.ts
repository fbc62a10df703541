import { SettingName } from '../../../../src/contract';
import { Budget } from '../../../../src/lambdas/core/budget';
import { CoreContext, evaluateChange } from '../../../../src/lambdas/core/evaluator';
import { MonitorPorts, runMonitor, MonitorSummary } from '../../../../src/lambdas/core/monitor';
import { ModelBehind, PriceCatalog } from '../../../../src/lambdas/core/pricing/price-catalog';
import { repriceEstimates, RepricingSummary } from '../../../../src/lambdas/core/repricing';
import { SettingTexts } from '../../../../src/lambdas/core/settings';
import { ACCOUNT, agentSettingTexts, dollarATokenCatalog, itemOf, NOON, REGION } from '../builders';
import { InMemoryAgentRegistrar } from './agent-registrar';
import { InMemoryBudgetTable } from './budget-table';
import { InMemoryChargeStore } from './charge-store';
import { InMemoryEstimateStore } from './estimate-store';
import { Faults } from './faults';
import { InMemoryIam } from './iam';
import { InMemoryExecution } from './state-machine';
import {
  InMemoryAnnouncedModels, InMemoryEvents, InMemoryLog, InMemoryMetrics, InMemorySettings, InMemorySettingsMemory, InMemoryUnreadableStore, InMemoryWorkflows,
} from './surroundings';

/** The whole product around the core, in memory, with a clock that the test turns. */
export class InMemoryDeployment {
  public now = NOON;
  public readonly faults = new Faults();
  public readonly budgets = new InMemoryBudgetTable(() => this.now, this.faults);
  public readonly registrar = new InMemoryAgentRegistrar(this.budgets, () => this.now);
  public readonly charges = new InMemoryChargeStore(this.budgets, this.faults);
  public readonly estimates = new InMemoryEstimateStore(this.charges, this.budgets, this.faults);
  public readonly announced = new InMemoryAnnouncedModels(this.faults);
  public readonly iam = new InMemoryIam(this.faults);
  public readonly workflows = new InMemoryWorkflows(this.faults);
  public readonly events = new InMemoryEvents(this.faults);
  public readonly memory = new InMemorySettingsMemory(this.faults);
  public readonly unreadable = new InMemoryUnreadableStore(this.faults);
  public readonly metrics = new InMemoryMetrics();
  public readonly log = new InMemoryLog();
  public readonly settings: InMemorySettings;
  /** Who set settings, where SSM tells. */
  public readonly authors = new Map<SettingName, string>();
  public readonly context: CoreContext;
  public executions: InMemoryExecution[] = [];
  /** Whose policies are held, by principal id; none where suspending removes no policies. */
  public held?: Set<string>;
  /** What prices calls anew. */
  public catalog: PriceCatalog = dollarATokenCatalog();
  /** Whether AgentCore runtimes have budgets. */
  public agentCore = false;
  /** Keeps shared budgets, where a test has somebody do so. */
  public sharing?: MonitorPorts['sharing'];
  /** What Bedrock tells of ARNs. */
  public readonly behind = new Map<string, ModelBehind>();

  constructor(options: { readonly texts?: Partial<SettingTexts>; readonly context?: Partial<CoreContext> } = {}) {
    this.settings = new InMemorySettings(agentSettingTexts(options.texts), this.faults);
    this.context = { deploymentId: 'dep-1', environmentName: 'test', timeZone: 'UTC', ownAccountId: ACCOUNT, region: REGION, ...options.context };
    this.workflows.onStart = started => {
      this.executions.push(new InMemoryExecution(started, this.enforcerPorts, this.context));
    };
  }

  /** Of a run of the re-pricing. */
  public timeIsLeft: () => boolean = () => true;

  public get enforcerPorts() {
    const { budgets: store, iam: attachments, settings, events, metrics, log } = this;
    return { store, ...this.agentPorts, attachments, ...this.backupPorts, settings, events, metrics, log };
  }

  public get evaluatorPorts() {
    const { budgets: store, events, workflows, settings, metrics, log } = this;
    return { store, events, workflows, apiKeys: this.iam.apiKeys, settings, metrics, log };
  }

  public get monitorPorts() {
    const { budgets: store, events, workflows, settings, memory, metrics, log, sharing } = this;
    const { inventory } = this.iam;
    const authors = { lastAuthor: async (name: SettingName) => this.authors.get(name) };
    const reading = { store, watchList: store, reader: store, ...this.agentPorts, inventory, settings, memory, authors };
    return { ...reading, ...(sharing ? { sharing } : {}), ...this.backupPorts, events, workflows, metrics, log };
  }

  public get repricingPorts() {
    const { estimates: store, catalog, announced, events, metrics, log } = this;
    const models = { modelsBehind: () => this.faults.around('models.behind', () => this.behind) };
    return { store, catalog, models, announced, events, metrics, log, backOff: async () => undefined, timeIsLeft: () => this.timeIsLeft() };
  }

  /** Puts a budget into the table, and its principal into IAM, without anybody taking notice. */
  public given(budget: Budget, inIam: { readonly denied?: boolean } | 'absent' = {}): void {
    this.budgets.put(itemOf(budget));
    this.budgets.takeStream();
    if (inIam !== 'absent') {
      this.iam.add(budget.principalId, { attached: inIam.denied ?? false });
    }
  }

  /** Evaluates what is in the stream until nothing comes after. A record that fails stays there, and those behind it. */
  public async evaluateStream(): Promise<void> {
    for (let [change] = this.budgets.stream; change; [change] = this.budgets.stream) {
      await evaluateChange(change, this.evaluatorPorts, this.context);
      this.budgets.stream.shift();
    }
  }

  public monitor(): Promise<MonitorSummary> {
    return runMonitor(this.now, this.monitorPorts, this.context);
  }

  public reprice(): Promise<RepricingSummary> {
    return repriceEstimates(this.now, this.repricingPorts, this.context);
  }

  /** Runs every workflow that is due to its end, and evaluates what comes of it. */
  public async runWorkflows(): Promise<void> {
    for (const execution of this.executions) {
      await execution.run(this.now);
    }
    await this.evaluateStream();
    if (this.executions.some(execution => execution.isDue(this.now))) {
      await this.runWorkflows();
    }
    this.executions = this.executions.filter(({ over }) => !over);
  }

  public status(principalId: string): string | undefined {
    return this.budgets.peek(principalId)?.status;
  }

  private get backupPorts() {
    const { held } = this;
    return held ? { backups: { holds: (target: string) => this.faults.around('backups.holds', () => held.has(target)) } } : {};
  }

  private get agentPorts() {
    return this.agentCore ? { runtimes: this.budgets } : {};
  }
}
