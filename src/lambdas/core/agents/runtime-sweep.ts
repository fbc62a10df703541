import { CoreContext } from '../evaluator';
import { forEachConcurrently } from '../ordered-batch';
import { plainText } from '../plain-text';
import { NotYetVisibleError, RegisteredRuntime } from '../ports';
import { AgentRegistrarPorts, IdPage, patiently, RuntimeAttribute } from './agent-core';
import { AgentRun, RegistrarTally } from './agent-run';
import { isStillThere, lookAtHarness, lookAtRuntime } from './look-at-agent';
import { DELETION_SETTLES_MS } from './runtime-registration';

/** Thrown at the end of a sweep that could not do everything. */
export class SweepIncompleteError extends Error {
  public readonly name = 'SweepIncompleteError';
}

/** AgentCore allows few requests a second, and people make theirs meanwhile. */
const CONCURRENCY = 5;

/**
 * Makes the registered runtimes be those that AgentCore shows: what was there before the deployment, whose events were missed, and
 * what is gone. What cannot be read costs nothing else its turn, and the run fails at its end, so that it is alarmed.
 *
 * @param now epoch milliseconds
 * @throws SweepIncompleteError
 */
export async function sweepRuntimes(now: number, ports: AgentRegistrarPorts, context: CoreContext): Promise<RegistrarTally> {
  const sweep = new Sweep(new AgentRun(ports, context, now));
  return sweep.run();
}

class Sweep {
  private failures = 0;
  private readonly seen = new Set<string>();
  private readonly unreadHarnesses = new Set<string>();

  constructor(private readonly agents: AgentRun) {}

  public async run(): Promise<RegistrarTally> {
    const { ports, tally } = this.agents;
    // Before the lists: whoever is registered while they are read must not be missed on them.
    const registered: RegisteredRuntime[] = [];
    for await (const runtime of ports.directory.all()) {
      registered.push(runtime);
    }
    const [runtimes, harnesses] = await Promise.all([
      this.list('runtimes', next => ports.agentCore.runtimeIds(next)),
      this.list('harnesses', next => ports.agentCore.harnessIds(next)),
    ]);
    await this.forEach('harness', harnesses.ids, id => this.lookAt(id, lookAtHarness), id => this.unreadHarnesses.add(id));
    await this.forEach('runtime', runtimes.ids.filter(id => !this.seen.has(id)), id => this.lookAt(id, lookAtRuntime));
    if (runtimes.complete && harnesses.complete) {
      const listed = new Set([...runtimes.ids, ...harnesses.ids]);
      const missing = registered.filter(({ principalId }) => !this.seen.has(idOf(principalId)) && !listed.has(idOf(principalId)));
      await this.forEach('runtime', missing.map(({ principalId }) => principalId), principalId => this.removeIfGone(principalId));
    }
    const roles = new Set([...registered.map(({ roleId }) => roleId), ...this.agents.touchedRoles]);
    await this.forEach('role', [...roles], roleId => this.agents.syncRole(roleId));
    if (this.failures > 0) {
      const listed = runtimes.ids.length + harnesses.ids.length;
      throw new SweepIncompleteError(`${this.failures} steps of the sweep over ${listed} AgentCore runtimes and harnesses failed; see the errors logged before`);
    }
    ports.log.info('swept AgentCore runtimes', { runtimes: runtimes.ids.length, harnesses: harnesses.ids.length, ...tally });
    return tally;
  }

  private async lookAt(id: string, look: typeof lookAtRuntime | typeof lookAtHarness): Promise<void> {
    try {
      const seen = await look({ id, action: 'look', at: this.agents.now, told: {} }, this.agents);
      seen.forEach(principalId => this.seen.add(idOf(principalId)));
    } catch (error) {
      // The next sweep sees it.
      if (!(error instanceof NotYetVisibleError)) {
        throw error;
      }
    }
  }

  private async removeIfGone(principalId: string): Promise<void> {
    const { ports, now } = this.agents;
    const item = await ports.store.read(principalId);
    const harnessId = item?.[RuntimeAttribute.HARNESS_ID];
    const isNew = now - Date.parse(String(item?.registeredAt)) < DELETION_SETTLES_MS;
    // The list may not show it yet, and the harness that could not be read may name it.
    if (isNew || (typeof harnessId === 'string' && this.unreadHarnesses.has(harnessId)) || await isStillThere(principalId, harnessId, this.agents)) {
      return;
    }
    await this.agents.remove(principalId, now, 'known-only', 'AgentCore does not list it any more');
  }

  /** All ids of a list; those read until then where it cannot be read to its end. */
  private async list(what: string, page: (next?: string) => Promise<IdPage>): Promise<{ readonly ids: readonly string[]; readonly complete: boolean }> {
    const ids: string[] = [];
    try {
      let next: string | undefined;
      do {
        const read = await patiently(() => page(next), this.agents.ports);
        ids.push(...read.ids);
        next = read.next;
      } while (next);
      return { ids: [...new Set(ids)], complete: true };
    } catch (error) {
      this.failed(`could not list the AgentCore ${what} to the end: nothing is taken for gone`, {}, error);
      return { ids: [...new Set(ids)], complete: false };
    }
  }

  private async forEach(
    what: string, ids: readonly string[], work: (id: string) => Promise<void>, onFailure: (id: string) => void = () => undefined,
  ): Promise<void> {
    await forEachConcurrently(ids, CONCURRENCY, async id => {
      try {
        await work(id);
      } catch (error) {
        onFailure(id);
        this.failed(`could not bring a ${what} up to date`, { [what]: plainText(id, 150) }, error);
      }
    });
  }

  private failed(message: string, facts: Readonly<Record<string, unknown>>, error: unknown): void {
    this.failures += 1;
    this.agents.ports.log.error(message, { ...facts, problem: plainText(`${(error as Error).name}: ${(error as Error).message}`, 500) });
  }
}

/** AgentCore's id in a principal id. */
function idOf(principalId: string): string {
  return principalId.slice(principalId.lastIndexOf('/') + 1);
}
