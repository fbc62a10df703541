import {
  BedrockAgentCoreControlClient, GetAgentRuntimeCommand, GetHarnessCommand, ListAgentRuntimesCommand, ListHarnessesCommand, ListTagsForResourceCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { AgentCoreBusyError, AgentCoreControl, IdPage, ShownHarness, ShownRuntime } from '../core/agents/agent-core';
import { errorMessage, isError, isTransient } from './aws-errors';

/** AgentCore's control plane. */
export class AgentCoreControlPlane implements AgentCoreControl {
  constructor(private readonly client: BedrockAgentCoreControlClient) {}

  public runtime(id: string): Promise<ShownRuntime | undefined> {
    return found(async () => {
      const runtime = await this.client.send(new GetAgentRuntimeCommand({ agentRuntimeId: id }));
      return {
        id: runtime.agentRuntimeId ?? id,
        arn: runtime.agentRuntimeArn ?? '',
        name: runtime.agentRuntimeName ?? '',
        roleArn: runtime.roleArn ?? '',
        status: runtime.status ?? '',
        ...(runtime.agentRuntimeVersion ? { version: runtime.agentRuntimeVersion } : {}),
        ...instant(runtime.lastUpdatedAt),
      };
    });
  }

  public harness(id: string): Promise<ShownHarness | undefined> {
    return found(async () => {
      const { harness } = await this.client.send(new GetHarnessCommand({ harnessId: id }));
      const runtimeId = harness?.environment?.agentCoreRuntimeEnvironment?.agentRuntimeId;
      return harness && {
        id: harness.harnessId ?? id,
        arn: harness.arn ?? '',
        name: harness.harnessName ?? '',
        roleArn: harness.executionRoleArn ?? '',
        status: harness.status ?? '',
        ...(runtimeId ? { runtimeId } : {}),
        ...instant(harness.updatedAt),
      };
    });
  }

  public runtimeIds(next?: string): Promise<IdPage> {
    return busy(async () => {
      const page = await this.client.send(new ListAgentRuntimesCommand({ nextToken: next }));
      return pageOf((page.agentRuntimes ?? []).map(({ agentRuntimeId: id }) => id), page.nextToken);
    });
  }

  public harnessIds(next?: string): Promise<IdPage> {
    return busy(async () => {
      try {
        const page = await this.client.send(new ListHarnessesCommand({ nextToken: next }));
        return pageOf((page.harnesses ?? []).map(({ harnessId: id }) => id), page.nextToken);
      } catch (error) {
        // Where AgentCore knows no harnesses yet there are none.
        if (isError(error, 'UnknownOperation')) {
          return { ids: [] };
        }
        throw error;
      }
    });
  }

  public tags(arn: string): Promise<Readonly<Record<string, string>>> {
    return busy(async () => (await this.client.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags ?? {});
  }
}

function pageOf(ids: readonly (string | undefined)[], next: string | undefined): IdPage {
  return { ids: ids.filter((id): id is string => id !== undefined), ...(next ? { next } : {}) };
}

function instant(updatedAt: Date | undefined): { readonly updatedAt?: number } {
  return updatedAt ? { updatedAt: updatedAt.getTime() } : {};
}

/** `undefined` where AgentCore knows no such thing. */
async function found<T>(ask: () => Promise<T>): Promise<T | undefined> {
  return busy(async () => {
    try {
      return await ask();
    } catch (error) {
      if (isError(error, 'ResourceNotFound')) {
        return undefined;
      }
      throw error;
    }
  });
}

/** Gives what may succeed later the name by which the core tries again. */
async function busy<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isTransient(error) || isError(error, 'InternalServer', 'RetryableConflict')) {
      throw new AgentCoreBusyError(errorMessage(error), { cause: error });
    }
    throw error;
  }
}
