import { AgentCoreControl, IdPage, ShownHarness, ShownRuntime } from '../../../../src/lambdas/core/agents/agent-core';
import { ACCOUNT, REGION } from '../builders';
import { Faults } from './faults';

export type CloudTrailEvent = Record<string, unknown> & { readonly time: string; readonly detail: Record<string, unknown> };

const PAGE_SIZE = 2;

export function roleArn(name: string, account = ACCOUNT): string {
  return `arn:aws:iam::${account}:role/service-role/${name}`;
}

/** AgentCore's control plane, and the events that CloudTrail makes of what is done there. */
export class InMemoryAgentCore implements AgentCoreControl {
  public readonly runtimes = new Map<string, ShownRuntime>();
  public readonly harnesses = new Map<string, ShownHarness>();
  public readonly tagsByArn = new Map<string, Record<string, string>>();
  /** How often each call was made. */
  public readonly calls: string[] = [];
  /** What readers see in place of what is: a control plane that lags behind. */
  public stale?: { readonly runtimes: ReadonlyMap<string, ShownRuntime>; readonly harnesses: ReadonlyMap<string, ShownHarness> };
  private events = 0;

  constructor(private readonly clock: () => number, private readonly faults = new Faults()) {}

  // The control plane

  public runtime(id: string): Promise<ShownRuntime | undefined> {
    return this.read(`GetAgentRuntime ${id}`, () => (this.stale?.runtimes ?? this.runtimes).get(id));
  }

  public harness(id: string): Promise<ShownHarness | undefined> {
    return this.read(`GetHarness ${id}`, () => (this.stale?.harnesses ?? this.harnesses).get(id));
  }

  public runtimeIds(next?: string): Promise<IdPage> {
    return this.read(`ListAgentRuntimes ${next ?? 0}`, () => page([...(this.stale?.runtimes ?? this.runtimes).keys()], next));
  }

  public harnessIds(next?: string): Promise<IdPage> {
    return this.read(`ListHarnesses ${next ?? 0}`, () => page([...(this.stale?.harnesses ?? this.harnesses).keys()], next));
  }

  public tags(arn: string): Promise<Readonly<Record<string, string>>> {
    return this.read(`ListTagsForResource ${arn}`, () => this.tagsByArn.get(arn) ?? {});
  }

  /** From now on readers see what is now, whatever happens, until they are told otherwise. */
  public freeze(): void {
    this.stale = { runtimes: new Map(this.runtimes), harnesses: new Map(this.harnesses) };
  }

  public thaw(): void {
    this.stale = undefined;
  }

  // What people do there

  public create(id: string, { role = 'agents', name = id.replace(/-.*$/, ''), tags, status = 'READY' }: {
    readonly role?: string; readonly name?: string; readonly tags?: Record<string, string>; readonly status?: string;
  } = {}): CloudTrailEvent {
    const runtime: ShownRuntime = { id, arn: arnOf('runtime', id), name, roleArn: arnIn(role), status, version: '1', updatedAt: this.clock() };
    this.runtimes.set(id, runtime);
    this.tagsByArn.set(runtime.arn, tags ?? {});
    return this.event('CreateAgentRuntime', { agentRuntimeName: name, roleArn: runtime.roleArn, ...(tags ? { tags } : {}) }, {
      agentRuntimeArn: runtime.arn, agentRuntimeId: id, agentRuntimeVersion: '1', createdAt: this.clock() / 1000, status: 'CREATING',
    });
  }

  public update(id: string, { role, status }: { readonly role?: string; readonly status?: string } = {}): CloudTrailEvent {
    const before = this.runtimes.get(id)!;
    const version = String(Number(before.version) + 1);
    const runtime = { ...before, version, updatedAt: this.clock(), ...(role ? { roleArn: arnIn(role) } : {}), ...(status ? { status } : {}) };
    this.runtimes.set(id, runtime);
    return this.event('UpdateAgentRuntime', { agentRuntimeId: id, roleArn: runtime.roleArn }, {
      agentRuntimeArn: runtime.arn, agentRuntimeId: id, agentRuntimeVersion: version, lastUpdatedAt: this.clock() / 1000, status: 'UPDATING',
    });
  }

  /** @param leaves what AgentCore shows of it afterwards; nothing by default */
  public delete(id: string, leaves?: 'DELETING' | 'DELETE_FAILED'): CloudTrailEvent {
    const before = this.runtimes.get(id);
    if (leaves && before) {
      this.runtimes.set(id, { ...before, status: leaves, updatedAt: this.clock() });
    } else {
      this.runtimes.delete(id);
    }
    return this.event('DeleteAgentRuntime', { agentRuntimeId: id }, { agentRuntimeId: id, status: 'DELETING' });
  }

  public deleteVersion(id: string, version: string): CloudTrailEvent {
    return this.event('DeleteAgentRuntime', { agentRuntimeId: id, agentRuntimeVersion: version }, { agentRuntimeId: id, status: 'READY' });
  }

  public endpoint(id: string, what: 'Create' | 'Update' | 'Delete' = 'Create'): CloudTrailEvent {
    return this.event(`${what}AgentRuntimeEndpoint`, { agentRuntimeId: id, name: 'prod' }, { agentRuntimeArn: arnOf('runtime', id), status: 'CREATING' });
  }

  /** @param runtimeId the runtime that does its work; AgentCore creates it */
  public createHarness(id: string, { role = 'harness', runtimeId, status = 'READY', listed = true }: {
    readonly role?: string; readonly runtimeId?: string; readonly status?: string; readonly listed?: boolean;
  } = {}): CloudTrailEvent {
    const name = id.replace(/-.*$/, '');
    const harness: ShownHarness = {
      id, arn: arnOf('harness', id), name, roleArn: arnIn(role), status, updatedAt: this.clock(), ...(runtimeId ? { runtimeId } : {}),
    };
    this.harnesses.set(id, harness);
    if (runtimeId && listed) {
      this.create(runtimeId, { role, name: `harness_${name}` });
    }
    return this.event('CreateHarness', { harnessName: name, executionRoleArn: harness.roleArn }, { harness: shapeOf(harness) });
  }

  public updateHarness(id: string, changes: Partial<ShownHarness> = {}): CloudTrailEvent {
    const harness = { ...this.harnesses.get(id)!, ...changes, updatedAt: this.clock() };
    this.harnesses.set(id, harness);
    return this.event('UpdateHarness', { harnessId: id, executionRoleArn: harness.roleArn }, { harness: shapeOf(harness) });
  }

  public deleteHarness(id: string): CloudTrailEvent {
    const runtimeId = this.harnesses.get(id)?.runtimeId;
    this.harnesses.delete(id);
    if (runtimeId) {
      this.runtimes.delete(runtimeId);
    }
    return this.event('DeleteHarness', { harnessId: id }, null);
  }

  public event(eventName: string, requestParameters: unknown, responseElements: unknown, more: Record<string, unknown> = {}): CloudTrailEvent {
    this.events += 1;
    const time = new Date(this.clock()).toISOString();
    return {
      'version': '0',
      'id': `00000000-0000-4000-8000-${String(this.events).padStart(12, '0')}`,
      'detail-type': 'AWS API Call via CloudTrail',
      'source': 'aws.bedrock-agentcore',
      'account': ACCOUNT,
      'region': REGION,
      time,
      'detail': {
        eventVersion: '1.09',
        eventSource: 'bedrock-agentcore.amazonaws.com',
        eventID: `event-${this.events}`,
        eventTime: time,
        eventName,
        awsRegion: REGION,
        recipientAccountId: ACCOUNT,
        userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/developer/kim` },
        requestParameters,
        responseElements,
        ...more,
      },
    };
  }

  private read<T>(call: string, answer: () => T): Promise<T> {
    this.calls.push(call);
    return this.faults.around(`agentCore.${call}`, answer);
  }
}

function page(ids: readonly string[], next = '0'): IdPage {
  const start = Number(next);
  return { ids: ids.slice(start, start + PAGE_SIZE), ...(start + PAGE_SIZE < ids.length ? { next: String(start + PAGE_SIZE) } : {}) };
}

function arnOf(type: 'runtime' | 'harness', id: string): string {
  return `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:${type}/${id}`;
}

function arnIn(role: string): string {
  return role.startsWith('arn:') ? role : roleArn(role);
}

function shapeOf({ id, arn, name, roleArn: executionRoleArn, status, runtimeId }: ShownHarness): Record<string, unknown> {
  return {
    harnessId: id,
    arn,
    harnessName: name,
    executionRoleArn,
    status,
    environment: runtimeId ? { agentCoreRuntimeEnvironment: { agentRuntimeId: runtimeId } } : null,
  };
}
