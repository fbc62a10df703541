import { GetParameterHistoryCommand, GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { Metric, SettingName } from '../../contract';
import { Log, Metrics, SettingsInForce, SettingsSource } from '../core/ports';
import { chooseSettings, completeTexts, SettingTexts } from '../core/settings';
import { errorCode } from './aws-errors';

/** Thrown where the settings given at deployment cannot be read. */
export class DeployedSettingsError extends Error {
  public readonly name = 'DeployedSettingsError';
}

export interface SettingsSourceOptions {
  /** Without a trailing slash. */
  readonly path: string;
  /** The settings given at deployment, as JSON. */
  readonly deployed: string;
  readonly metrics: Metrics;
  readonly log: Log;
  /** @default the wall clock: how long a container trusts what it has read is no matter of any budget's time */
  readonly clock?: () => number;
}

/** How long an operator's change may take to be seen. */
const LIFETIME_MS = 60_000;

const DeployedShape = z.partialRecord(z.enum(SettingName), z.string());

type Candidates = Partial<Record<SettingName, readonly string[]>>;

/**
 * The settings in force, from SSM. A value that is not valid is reported, and the newest valid one before it stays in force.
 *
 * Where SSM cannot be read, what was read before stays in force. Where nothing was read before, nobody must be restricted by
 * settings that may be years old: the invocation fails and comes again.
 */
export class SsmSettingsSource implements SettingsSource {
  private readonly deployed: SettingTexts;
  private readonly clock: () => number;
  private cached?: { readonly inForce: SettingsInForce; readonly until: number };
  private loading?: Promise<SettingsInForce>;

  constructor(private readonly client: SSMClient, private readonly options: SettingsSourceOptions) {
    this.deployed = readDeployed(options.deployed);
    this.clock = options.clock ?? (() => Date.now());
  }

  public async load(newest = false): Promise<SettingsInForce> {
    if (!newest && this.cached && this.clock() < this.cached.until) {
      return this.cached.inForce;
    }
    // Principals of one batch are evaluated side by side: they share one request.
    this.loading ??= this.refresh().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async refresh(): Promise<SettingsInForce> {
    const inForce = await this.fetch().catch(error => this.lastKnown(error));
    this.cached = { inForce, until: this.clock() + LIFETIME_MS };
    return inForce;
  }

  private lastKnown(error: unknown): SettingsInForce {
    if (!this.cached) {
      throw error;
    }
    this.options.log.warn('settings could not be read; those read before stay in force', { problem: errorCode(error) });
    return this.cached.inForce;
  }

  private async fetch(): Promise<SettingsInForce> {
    const current = await this.currentValues();
    const newest = chooseSettings(current, this.deployed);
    const inForce = newest.refused.length === 0 ? newest : chooseSettings(await this.withHistory(current, newest.refused), this.deployed);
    if (inForce.refused.length > 0) {
      this.options.metrics.add(Metric.SETTINGS_INVALID, inForce.refused.length);
      this.options.log.warn('settings were refused; the last good ones stay in force', { refused: inForce.refused.map(({ message }) => message) });
    }
    return inForce;
  }

  private async currentValues(): Promise<Candidates> {
    const values: Candidates = {};
    let next: string | undefined;
    do {
      const page = await this.client.send(new GetParametersByPathCommand({ Path: this.options.path, NextToken: next }));
      for (const { Name: name, Value: value } of page.Parameters ?? []) {
        const setting = Object.values(SettingName).find(candidate => name === `${this.options.path}/${candidate}`);
        if (setting && value !== undefined) {
          values[setting] = [value];
        }
      }
      next = page.NextToken;
    } while (next);
    return values;
  }

  private async withHistory(current: Candidates, refused: SettingsInForce['refused']): Promise<Candidates> {
    const settings = [...new Set(refused.map(({ setting }) => setting))].filter(setting => current[setting]);
    const histories = await Promise.all(settings.map(async setting => [setting, await this.history(setting)] as const));
    return { ...current, ...Object.fromEntries(histories) };
  }

  /** All values that SSM keeps of a parameter (a hundred at most), newest first. */
  private async history(setting: SettingName): Promise<readonly string[]> {
    const values: string[] = [];
    let next: string | undefined;
    do {
      const page = await this.client.send(new GetParameterHistoryCommand({ Name: `${this.options.path}/${setting}`, NextToken: next }));
      values.push(...(page.Parameters ?? []).flatMap(({ Value: value }) => value ?? []));
      next = page.NextToken;
    } while (next);
    return values.reverse();
  }
}

function readDeployed(json: string): SettingTexts {
  try {
    return completeTexts(DeployedShape.parse(JSON.parse(json)));
  } catch (cause) {
    throw new DeployedSettingsError('the settings of the deployment are no JSON object of all settings', { cause });
  }
}
