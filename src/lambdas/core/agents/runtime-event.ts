import { CoreContext } from '../evaluator';
import { AgentRegistrarPorts } from './agent-core';
import { AgentRun, RegistrarTally } from './agent-run';
import { readControlPlaneEvent } from './control-plane-event';
import { lookAtHarness, lookAtRuntime } from './look-at-agent';
import { reportRefusal } from './runtime-refusal';

/**
 * Takes an event of AgentCore's control plane as the occasion to look at what it is about. Safe to repeat, in any order.
 *
 * @param time the event's own time, epoch milliseconds
 * @param now when it is looked at, epoch milliseconds
 * @throws where trying again may help
 */
export async function handleRuntimeEvent(event: unknown, time: number, now: number, ports: AgentRegistrarPorts, context: CoreContext): Promise<RegistrarTally> {
  const read = readControlPlaneEvent(event, time, context);
  const run = new AgentRun(ports, context, now);
  if ('ignored' in read) {
    ports.log.info('nothing to do', { reason: read.ignored });
  } else if ('refused' in read) {
    run.tally.refused += 1;
    await reportRefusal({ name: read.eventId, at: time, reason: read.refused }, ports, context);
  } else {
    // Nothing has happened that is yet to come.
    const hint = { ...read.hint, at: Math.min(read.hint.at, now) };
    await (hint.subject === 'runtime' ? lookAtRuntime : lookAtHarness)(hint, run);
    for (const roleId of run.touchedRoles) {
      await run.syncRole(roleId);
    }
  }
  return run.tally;
}
