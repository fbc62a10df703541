import { Env, RUNTIMES_INDEX } from '../contract';
import { Deployment } from '../deployment';
import { HandlerFunction } from '../functions/handler-function';
import { Storage } from '../storage/storage';
import { allowIndex } from '../storage/table-access';

/** Tells a handler which AgentCore runtimes there are, by role, and where it asks for it, all of them; nothing where these have no budgets. */
export function knowRuntimes(handler: HandlerFunction, deployment: Deployment, storage: Storage, ...actions: ('Query' | 'Scan')[]): void {
  if (deployment.agentCore) {
    handler.function.addEnvironment(Env.AGENT_CORE, 'on');
    allowIndex(handler, storage.budgets, RUNTIMES_INDEX, ...actions);
  }
}
