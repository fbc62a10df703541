import { Metric, WorkflowInput } from '../../../../src/contract';
import { AnnouncedModels } from '../../../../src/lambdas/core/announced-models';
import { BudgetEvent } from '../../../../src/lambdas/core/events';
import { UnreadableLine, UnreadableStore } from '../../../../src/lambdas/core/metering';
import {
  EventPublisher, Log, Metrics, SettingsInForce, SettingsMemory, SettingsSnapshot, SettingsSource, Workflows,
} from '../../../../src/lambdas/core/ports';
import { parseSettings, RefusedSetting, SettingTexts } from '../../../../src/lambdas/core/settings';
import { legible, legibleEntry } from '../../texts';
import { Faults } from './faults';

export interface StartedWorkflow {
  readonly workflow: 'suspension' | 'restoration';
  readonly executionName: string;
  readonly input: WorkflowInput;
}

/** Remembers each execution once, by its name. */
export class InMemoryWorkflows implements Workflows {
  public readonly started: StartedWorkflow[] = [];
  /** How often it was asked, repeats included. */
  public requests = 0;

  constructor(private readonly faults = new Faults()) {}

  /** Told of every execution that begins. */
  public onStart: (started: StartedWorkflow) => void = () => undefined;

  public start(workflow: StartedWorkflow['workflow'], executionName: string, input: WorkflowInput): Promise<void> {
    return this.faults.around('workflows.start', () => {
      this.requests += 1;
      if (!this.started.some(execution => execution.workflow === workflow && execution.executionName === executionName)) {
        const execution = { workflow, executionName, input };
        this.started.push(execution);
        this.onStart(execution);
      }
    });
  }
}

export class InMemoryEvents implements EventPublisher {
  public readonly published: BudgetEvent[] = [];

  constructor(private readonly faults = new Faults()) {}

  public publish(events: readonly BudgetEvent[]): Promise<void> {
    events.forEach(({ type, detail: { reason } }) => legible(reason, `the reason of "${type}"`));
    return this.faults.around('events.publish', () => { this.published.push(...events); });
  }

  /** As consumers see them, who recognise repeats by the id. */
  public distinct(): BudgetEvent[] {
    return [...new Map(this.published.map(event => [event.detail.eventId, event])).values()];
  }

  public types(): string[] {
    return this.distinct().map(({ type }) => type);
  }
}

export class InMemorySettings implements SettingsSource {
  public refused: readonly RefusedSetting[] = [];

  constructor(public texts: SettingTexts, private readonly faults = new Faults()) {}

  public load(): Promise<SettingsInForce> {
    return this.faults.around('settings.load', () => ({ settings: parseSettings(this.texts), texts: this.texts, refused: this.refused }));
  }
}

export class InMemorySettingsMemory implements SettingsMemory {
  public snapshot?: SettingsSnapshot;

  constructor(private readonly faults = new Faults()) {}

  public recall(): Promise<SettingsSnapshot | undefined> {
    return this.faults.around('memory.recall', () => this.snapshot);
  }

  public remember(snapshot: SettingsSnapshot): Promise<void> {
    return this.faults.around('memory.remember', () => { this.snapshot = snapshot; });
  }
}

export class InMemoryAnnouncedModels implements AnnouncedModels {
  public models: readonly string[] = [];
  public writes = 0;

  constructor(private readonly faults = new Faults()) {}

  public known(): Promise<ReadonlySet<string>> {
    return this.faults.around('announced.known', () => new Set(this.models));
  }

  public remember(modelIds: readonly string[]): Promise<void> {
    return this.faults.around('announced.remember', () => {
      this.models = [...modelIds];
      this.writes += 1;
    });
  }
}

export class InMemoryUnreadableStore implements UnreadableStore {
  public readonly kept: UnreadableLine[] = [];

  constructor(private readonly faults = new Faults()) {}

  public keep(_origin: unknown, lines: readonly UnreadableLine[]): Promise<void> {
    return this.faults.around('unreadable.keep', () => { this.kept.push(...lines); });
  }
}

export class InMemoryMetrics implements Metrics {
  private readonly totals = new Map<Metric, number>();

  public add(metric: Metric, value: number): void {
    this.totals.set(metric, this.total(metric) + value);
  }

  public total(metric: Metric): number {
    return this.totals.get(metric) ?? 0;
  }

  public names(): Metric[] {
    return [...this.totals.keys()];
  }
}

export class InMemoryLog implements Log {
  public readonly entries: { readonly level: string; readonly message: string; readonly facts?: Readonly<Record<string, unknown>> }[] = [];

  public info(message: string, facts?: Readonly<Record<string, unknown>>): void {
    this.add('info', message, facts);
  }

  public warn(message: string, facts?: Readonly<Record<string, unknown>>): void {
    this.add('warn', message, facts);
  }

  public error(message: string, facts?: Readonly<Record<string, unknown>>): void {
    this.add('error', message, facts);
  }

  public messages(level: string): string[] {
    return this.entries.filter(entry => entry.level === level).map(({ message }) => message);
  }

  private add(level: string, message: string, facts?: Readonly<Record<string, unknown>>): void {
    legibleEntry(level, message, facts);
    this.entries.push({ level, message, ...(facts ? { facts } : {}) });
  }
}
