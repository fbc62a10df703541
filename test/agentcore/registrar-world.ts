import { AgentCoreBusyError, AgentRegistrarPorts } from '../../src/lambdas/core/agents/agent-core';
import { RegistrarTally } from '../../src/lambdas/core/agents/agent-run';
import { handleRuntimeEvent } from '../../src/lambdas/core/agents/runtime-event';
import { sweepRuntimes } from '../../src/lambdas/core/agents/runtime-sweep';
import { Item } from '../../src/lambdas/core/budget-item';
import { runtimePrincipalId } from '../../src/lambdas/core/principal';
import { ACCOUNT, agentSettingTexts, HOUR, REGION } from '../lambdas/core/builders';
import { CloudTrailEvent, InMemoryAgentCore } from '../lambdas/core/in-memory/agent-core';
import { InMemoryDeployment } from '../lambdas/core/in-memory/deployment';
import { InMemoryRuntimeStore } from '../lambdas/core/in-memory/runtime-store';

/** A deployment with AgentCore beside it, and the registrar between them. */
export class RegistrarWorld {
  public readonly deployment = new InMemoryDeployment({ texts: agentSettingTexts() });
  public readonly agentCore = new InMemoryAgentCore(() => this.deployment.now, this.deployment.faults);
  public readonly store = new InMemoryRuntimeStore(this.deployment.budgets, this.deployment.faults);
  /** How often the registrar waited before it tried again. */
  public waits = 0;

  public get ports(): AgentRegistrarPorts {
    const { budgets: directory, settings, events, metrics, log } = this.deployment;
    const backOff = async () => {
      this.waits += 1;
    };
    return { agentCore: this.agentCore, store: this.store, directory, settings, events, metrics, log, backOff };
  }

  public async deliver(...events: readonly CloudTrailEvent[]): Promise<RegistrarTally> {
    let tally: RegistrarTally | undefined;
    for (const event of events) {
      tally = await handleRuntimeEvent(event, Date.parse(event.time), this.deployment.now, this.ports, this.deployment.context);
    }
    return tally!;
  }

  public sweep(): Promise<RegistrarTally> {
    return sweepRuntimes(this.deployment.now, this.ports, this.deployment.context);
  }

  public pass(milliseconds: number): void {
    this.deployment.now += milliseconds;
  }

  /** The next calls of this name are answered by AgentCore with "not now". */
  public busy(call: string, times = 1): void {
    for (let index = 0; index < times; index += 1) {
      this.deployment.faults.plan(`agentCore.${call}`, 'before', new AgentCoreBusyError('Rate exceeded'));
    }
  }

  public item(runtimeId: string): Item | undefined {
    return this.deployment.budgets.item(idOf(runtimeId));
  }

  public shared(role: string): Item | undefined {
    return this.deployment.budgets.item(`agent-role/${ACCOUNT}/${REGION}/${role}`);
  }

  /** Runtimes with an active budget and their roles' names, as the index has them. */
  public async registered(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for await (const runtime of this.deployment.budgets.all()) {
      found[runtime.principalId.split('/').pop()!] = runtime.roleId.split('/').pop()!;
    }
    return found;
  }

  /** Everything in the table that has an id of a runtime. */
  public runtimeItems(): string[] {
    return this.deployment.budgets.budgets().filter(({ kind }) => kind === 'agent-runtime').map(({ principalId }) => principalId.split('/').pop()!).sort();
  }

  public refusals(): { readonly reason: string; readonly principalId?: string; readonly eventId: string }[] {
    return this.deployment.events.published.filter(({ type }) => type === 'Agent Runtime Refused')
      .map(({ detail: { reason, principalId, eventId } }) => ({ reason, eventId, ...(principalId ? { principalId } : {}) }));
  }
}

export function idOf(runtimeId: string): string {
  return runtimePrincipalId(ACCOUNT, REGION, runtimeId);
}

export function roleId(name: string): string {
  return `iam-role/${ACCOUNT}/${name}`;
}

export const LONG_AFTER = HOUR;
