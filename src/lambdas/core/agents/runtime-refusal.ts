import { createHash } from 'node:crypto';
import { EventType, Metric, NOTE_PREFIX, PrincipalKindName } from '../../../contract';
import { isoInstant, Item } from '../budget-item';
import { CoreContext } from '../evaluator';
import { eventOf } from '../events';
import { plainText } from '../plain-text';
import { Principal, principalFromArn, principalFromId, runtimePrincipalId, UnknownIdentityError } from '../principal';
import { AgentRegistrarPorts, changeItem, REGISTRAR, RuntimeAttribute } from './agent-core';

/** Thrown where a runtime cannot have a budget; trying again would not help. */
export class RuntimeRefusedError extends Error {
  public readonly name = 'RuntimeRefusedError';
}

/** What is refused, and why. */
export interface Refusal {
  /** The id of the runtime, or of the event that names none; fit for an event's id. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly reason: string;
  readonly principalId?: string;
}

/** A note: which runtimes were told of as refused. */
const NOTE_ID = `${NOTE_PREFIX}agent-registrar`;

/** An item must not grow for ever: where more than so many are refused, the first ones are told again. */
const MAX_TOLD = 100;

/**
 * Nothing is refused silently: the log and a metric tell of it every time, an event once, since every sweep finds it again. It is remembered after it was
 * told: at worst it is told twice.
 */
export async function reportRefusal({ name, at, reason, principalId }: Refusal, ports: AgentRegistrarPorts, context: CoreContext): Promise<void> {
  const { events, metrics, log, store } = ports;
  log.warn('an AgentCore runtime was refused', { principalId, reason });
  metrics.add(Metric.RUNTIMES_REFUSED, 1);
  const refusal = `${name} ${createHash('sha256').update(reason).digest('hex').slice(0, 12)}`;
  if (toldIn(await store.read(NOTE_ID)).includes(refusal)) {
    return;
  }
  await events.publish([eventOf(EventType.RUNTIME_REFUSED, context, {
    eventId: `runtime-refused/${name}/${isoInstant(at)}`,
    occurredAt: isoInstant(at),
    actor: REGISTRAR,
    reason,
    ...(principalId ? { principalId, principalKind: PrincipalKindName.AGENT_RUNTIME } : {}),
  })]);
  await changeItem(NOTE_ID, note => {
    const told = toldIn(note);
    return told.includes(refusal) ? {} : { change: { set: { [RuntimeAttribute.TOLD]: [...told, refusal].slice(-MAX_TOLD) }, defaults: {}, remove: [] } };
  }, ports);
}

function toldIn(note: Item | undefined): readonly string[] {
  const told = note?.[RuntimeAttribute.TOLD];
  return Array.isArray(told) ? told.filter(refusal => typeof refusal === 'string') : [];
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
