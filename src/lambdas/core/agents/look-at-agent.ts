import { NotYetVisibleError } from '../ports';
import { principalFromId } from '../principal';
import { AgentStatus, patiently, RuntimeAttribute, ShownAgent, ShownHarness, ShownRuntime } from './agent-core';
import { AgentRun } from './agent-run';
import { AgentHint } from './control-plane-event';
import { executionRole, principalIdOf, RuntimeRefusedError } from './runtime-refusal';
import { DELETION_SETTLES_MS, ObservedRuntime } from './runtime-registration';

/**
 * An event, or a place on a list, is an occasion to look: what AgentCore shows of a runtime or harness is what is written, whatever
 * was told of it in whatever order. What was told counts where AgentCore does not show it yet.
 */

type Hint = Omit<AgentHint, 'subject'>;

/** What was seen: principal ids of runtimes that are no longer to be looked for. */
type Seen = readonly string[];

/** The harness whose work a runtime does, as far as it is known. */
interface HarnessOfRuntime {
  readonly id: string;
  readonly name: string;
  readonly shown?: ShownHarness;
}

export async function lookAtRuntime(hint: Hint, run: AgentRun, harness?: HarnessOfRuntime): Promise<Seen> {
  return refusing(hint, run, async () => {
    const principalId = principalIdOf(hint.id, run.context);
    const shown = await patiently(() => run.ports.agentCore.runtime(hint.id), run.ports);
    const standing = standingOf(shown, hint, run.now);
    if (standing === 'gone') {
      await run.remove(principalId, hint.at, hint.action === 'delete' ? 'also-unknown' : 'known-only', shown ? `AgentCore shows it as ${shown.status}` : 'it was deleted');
      return [principalId];
    }
    // A runtime that AgentCore keeps to itself is known by its harness alone.
    const told = toldAgent(hint);
    const agent = shown ? newest(shown, hint) : harness?.shown ?? told;
    if (!agent) {
      run.ports.log.info('AgentCore does not show the runtime; left to its deletion and to the sweep', { principalId });
      return [];
    }
    await observe(principalId, agent, agent === told ? 'told' : 'shown', hint, run, harness);
    return [principalId];
  });
}

/**
 * A harness is a managed agent. Where it names the runtime that does its work, that runtime is the principal, else the harness itself
 * is; never both.
 *
 * @throws NotYetVisibleError while it is being created and may name its runtime any moment
 */
export async function lookAtHarness(hint: Hint, run: AgentRun): Promise<Seen> {
  return refusing(hint, run, async () => {
    const principalId = principalIdOf(hint.id, run.context);
    const shown = await patiently(() => run.ports.agentCore.harness(hint.id), run.ports);
    if (standingOf(shown, hint, run.now) === 'gone') {
      return removeHarness(principalId, shown?.runtimeId ?? hint.told.runtimeId, hint, run);
    }
    if (!shown && (await run.ports.store.read(principalId))?.removedAt !== undefined) {
      run.ports.log.info('left alone: the harness was deleted', { principalId });
      return [];
    }
    const runtimeId = shown?.runtimeId ?? hint.told.runtimeId ?? await registeredRuntime(hint.id, run);
    if (runtimeId) {
      const action = hint.action === 'create' && !shown ? 'create' : 'look';
      const harness = { id: hint.id, name: shown?.name ?? hint.told.name ?? '', ...(shown ? { shown } : {}) };
      const seen = await lookAtRuntime({ ...hint, id: runtimeId, action }, run, harness);
      // It may have been the principal before it named its runtime.
      await run.remove(principalId, hint.at, 'known-only', 'its runtime is the principal');
      return seen;
    }
    if (!shown) {
      run.ports.log.info('AgentCore does not show the harness; left to the sweep', { principalId });
      return [];
    }
    if (shown.status === AgentStatus.CREATING) {
      throw new NotYetVisibleError(`harness ${hint.id} is being created and names no runtime yet`);
    }
    await observe(principalId, shown, 'shown', hint, run, shown);
    return [principalId];
  });
}

/** What AgentCore shows of it, for one that was not on the lists. */
export async function isStillThere(principalId: string, harnessId: unknown, run: AgentRun): Promise<boolean> {
  const id = principalFromId(principalId)?.name ?? '';
  const { agentCore } = run.ports;
  const shown: ShownAgent | undefined = await patiently(async () => (harnessId === id ? agentCore.harness(id) : agentCore.runtime(id)), run.ports);
  return shown !== undefined && !DEAD.includes(shown.status);
}

async function removeHarness(principalId: string, runtimeId: string | undefined, hint: Hint, run: AgentRun): Promise<Seen> {
  const known = runtimeId ? [principalIdOf(runtimeId, run.context)] : await runtimesOfHarness(hint.id, run);
  const runtimes = known.filter(id => id !== principalId);
  for (const runtime of runtimes) {
    await run.remove(runtime, hint.at, runtimeId && hint.action === 'delete' ? 'also-unknown' : 'known-only', 'its harness was deleted');
  }
  await run.remove(principalId, hint.at, hint.action === 'delete' && runtimes.length === 0 ? 'also-unknown' : 'known-only', 'it was deleted');
  return [principalId, ...runtimes];
}

/** AgentCore's id of the runtime that a harness had, for one that does not name it now. */
async function registeredRuntime(harnessId: string, run: AgentRun): Promise<string | undefined> {
  const [runtime] = (await runtimesOfHarness(harnessId, run)).map(id => principalFromId(id)?.name).filter(id => id !== harnessId);
  return runtime;
}

/** Registered runtimes of a harness, itself among them where it is the principal. */
async function runtimesOfHarness(harnessId: string, { ports }: AgentRun): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { principalId } of ports.directory.all()) {
    const item = await ports.store.read(principalId);
    if (item?.[RuntimeAttribute.HARNESS_ID] === harnessId) {
      found.push(principalId);
    }
  }
  return found;
}

const DEAD: readonly string[] = [AgentStatus.CREATE_FAILED, AgentStatus.DELETING];

/** `unseen`: AgentCore does not show it, which may be too early or too late. */
function standingOf(shown: ShownAgent | undefined, { action, at }: Hint, now: number): 'alive' | 'gone' | 'unseen' {
  if (!shown) {
    return action === 'delete' ? 'gone' : 'unseen';
  }
  // What is shown right after a deletion may be what was before it.
  const justDeleted = action === 'delete' && shown.status !== AgentStatus.DELETE_FAILED && now - at < DELETION_SETTLES_MS;
  return justDeleted || DEAD.includes(shown.status) ? 'gone' : 'alive';
}

/** An update that AgentCore does not show yet is taken from the event, which names the role. */
function newest(shown: ShownRuntime, { action, at, told }: Hint): ShownAgent {
  const isOld = action === 'update' && Number(told.version) > Number(shown.version);
  return isOld && told.roleArn ? { ...shown, roleArn: told.roleArn, updatedAt: told.updatedAt ?? at } : shown;
}

function toldAgent({ action, id, told }: Hint): ShownAgent | undefined {
  return action === 'create' && told.roleArn
    ? { id, arn: '', name: told.name ?? '', roleArn: told.roleArn, status: AgentStatus.CREATING }
    : undefined;
}

async function observe(
  principalId: string, agent: ShownAgent, source: ObservedRuntime['source'], { id, at, told }: Hint, run: AgentRun, harness: HarnessOfRuntime | undefined,
): Promise<void> {
  try {
    await run.register({
      principalId,
      roleId: executionRole(agent.roleArn, run.context).id,
      source,
      status: agent.status,
      ...(agent.updatedAt === undefined ? {} : { updatedAt: agent.updatedAt }),
      ...(harness ? { harnessId: harness.id } : {}),
      labels: {
        name: agent.name,
        ...(told.creator ? { creator: told.creator } : {}),
        ...(harness ? { harnessName: harness.name } : {}),
        ...(told.tags ? { tags: told.tags } : {}),
      },
    }, at, agent.arn);
  } catch (error) {
    if (!(error instanceof RuntimeRefusedError)) {
      throw error;
    }
    // What it had before it has no more: the former role must not stay restricted for it. Only a deletion has to settle: once the reason is gone, the
    // runtime is registered again at once.
    if (source === 'shown') {
      await run.remove(principalId, at - DELETION_SETTLES_MS, 'known-only', error.message);
    }
    await run.refuse(id, agent.updatedAt ?? at, error.message, principalId);
  }
}

async function refusing(hint: Hint, run: AgentRun, look: () => Promise<Seen>): Promise<Seen> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof RuntimeRefusedError)) {
      throw error;
    }
    await run.refuse(hint.id, hint.at, error.message);
    return [];
  }
}
