import { Item } from './budget-item';
import { declare, Declaration, DeclarationChange, DeclarationOrigin, keptOutEvent, otherOwnerOf, withdraw } from './declaration';
import { Deployment } from './events';
import { EventPublisher, Log } from './ports';
import { principalFromId } from './principal';

/** The Budgets table, as far as declarations go. */
export interface DeclarationStore {
  /** Strongly consistent. */
  read(principalId: string): Promise<Item | undefined>;
  /** @returns whether it was written; `false` means that what was read has changed meanwhile */
  write(principalId: string, change: DeclarationChange, readBefore: Item | undefined): Promise<boolean>;
}

export interface DeclarationPorts {
  readonly store: DeclarationStore;
  readonly events: EventPublisher;
  readonly log: Log;
}

/** Thrown where somebody kept changing the budget under every attempt. */
export class DeclarationContentionError extends Error {
  public readonly name = 'DeclarationContentionError';
}

const MAX_ATTEMPTS = 8;

type Kept = DeclarationChange['kept'];

/** @returns what people had changed and was kept */
export function declareBudget(declaration: Declaration, origin: DeclarationOrigin, ports: DeclarationPorts, deployment: Deployment): Promise<Kept> {
  return change(declaration.principalId, item => declare(item, declaration, origin), origin, ports, deployment);
}

/**
 * Withdraws what the resource declared; a budget that another resource has declared since is left alone.
 *
 * @returns what people had changed and was kept
 */
export async function withdrawBudget(principalId: string, origin: DeclarationOrigin, ports: DeclarationPorts, deployment: Deployment): Promise<Kept> {
  if (!principalFromId(principalId)) {
    // A declaration that was refused has left nothing behind, not even a principal.
    return [];
  }
  return change(principalId, item => {
    const owner = otherOwnerOf(item, origin);
    if (owner !== undefined) {
      ports.log.info('declared by another resource and left to it', { principalId, owner, withdrawnBy: origin.owner });
    }
    return withdraw(item, origin);
  }, origin, ports, deployment);
}

async function change(
  principalId: string, merge: (item: Item | undefined) => DeclarationChange | undefined,
  origin: DeclarationOrigin, { store, events, log }: DeclarationPorts, deployment: Deployment,
): Promise<Kept> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const item = await store.read(principalId);
    const merged = merge(item);
    if (!merged) {
      return [];
    }
    if (await store.write(principalId, merged, item)) {
      if (merged.kept.length > 0) {
        log.warn('changed at run time and kept', { principalId, kept: merged.kept });
        await events.publish([keptOutEvent(principalId, item, merged, origin, deployment)]);
      }
      return merged.kept;
    }
  }
  throw new DeclarationContentionError(`the budget of ${principalId} changed under ${MAX_ATTEMPTS} attempts to declare it; try again`);
}
