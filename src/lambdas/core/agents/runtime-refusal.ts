import { EventType, Metric, PrincipalKindName } from '../../../contract';
import { isoInstant } from '../budget-item';
import { CoreContext } from '../evaluator';
import { eventOf } from '../events';
import { plainText } from '../plain-text';
import { Principal, principalFromArn, principalFromId, runtimePrincipalId, UnknownIdentityError } from '../principal';
import { AgentRegistrarPorts, REGISTRAR } from './agent-core';

/** Thrown where a runtime cannot have a budget; trying again would not help. */
export class RuntimeRefusedError extends Error {
  public readonly name = 'RuntimeRefusedError';
}

/** What is refused, and why. */
export interface Refusal {
  /** Makes the report of one thing one report, however often it is told. */
  readonly key: string;
  /** Epoch milliseconds; the same for every report of one thing. */
  readonly at: number;
  readonly reason: string;
  readonly principalId?: string;
}

/** Nothing is refused silently: the log, a metric and an event tell of it. */
export async function reportRefusal(
  { key, at, reason, principalId }: Refusal, { events, metrics, log }: AgentRegistrarPorts, context: CoreContext,
): Promise<void> {
  log.warn('an AgentCore runtime was refused', { principalId, reason });
  metrics.add(Metric.RUNTIMES_REFUSED, 1);
  await events.publish([eventOf(EventType.RUNTIME_REFUSED, context, {
    eventId: `runtime-refused/${key}`,
    occurredAt: isoInstant(at),
    actor: REGISTRAR,
    reason,
    ...(principalId ? { principalId, principalKind: PrincipalKindName.AGENT_RUNTIME } : {}),
  })]);
}

/**
 * The principal id of a runtime or harness.
 *
 * @throws RuntimeRefusedError where AgentCore's id is none that we know
 */
export function principalIdOf(id: string, { ownAccountId, region }: Pick<CoreContext, 'ownAccountId' | 'region'>): string {
  const principalId = runtimePrincipalId(ownAccountId, region, id);
  if (!principalFromId(principalId)) {
    throw new RuntimeRefusedError(`"${plainText(id, 80)}" is no id of a runtime: letters, digits, "_" and "-" are expected, at most 100`);
  }
  return principalId;
}

/**
 * The execution role, which is what gets restricted.
 *
 * @throws RuntimeRefusedError where it is no role of the own account
 */
export function executionRole(roleArn: string, { ownAccountId }: Pick<CoreContext, 'ownAccountId'>): Principal {
  const role = readArn(roleArn);
  if (role?.kind !== PrincipalKindName.IAM_ROLE) {
    throw new RuntimeRefusedError(`its execution role "${plainText(roleArn, 120)}" is no ARN of an IAM role`);
  }
  if (role.accountId !== ownAccountId) {
    throw new RuntimeRefusedError(`its execution role ${role.name} belongs to account ${role.accountId}, this deployment restricts roles of account ${ownAccountId}`);
  }
  return role;
}

function readArn(arn: string): Principal | undefined {
  try {
    return principalFromArn(arn);
  } catch (error) {
    if (error instanceof UnknownIdentityError) {
      return undefined;
    }
    throw error;
  }
}
