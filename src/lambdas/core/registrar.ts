import * as z from 'zod/mini';
import { PrincipalKindName } from '../../contract';
import { dayOf } from './calendar';
import { CoreContext } from './evaluator';
import { forEachConcurrently } from './ordered-batch';
import { ApiKeyDirectory, BudgetStore, Log } from './ports';
import { principalFromId } from './principal';

export interface RegistrarPorts {
  readonly store: Pick<BudgetStore, 'register'>;
  readonly apiKeys: Pick<ApiKeyDirectory, 'list'>;
  readonly log: Log;
}

export interface RegistrarSummary {
  /** Holders of API keys that were made sure to be registered. */
  readonly holders: number;
}

/** Thrown at the end of a sweep in which some users could not be registered. */
export class RegistrationIncompleteError extends Error {
  public readonly name = 'RegistrationIncompleteError';
}

/** The service whose service-specific credentials are Bedrock API keys. */
const KEY_SERVICE = 'bedrock.amazonaws.com';
const CONCURRENCY = 10;

const CredentialShape = z.nullish(z.object({ userName: z.nullish(z.string()), serviceName: z.nullish(z.string()) }));
const KeyCreationShape = z.object({
  detail: z.object({
    eventSource: z.literal('iam.amazonaws.com'),
    eventName: z.literal('CreateServiceSpecificCredential'),
    errorCode: z.nullish(z.string()),
    recipientAccountId: z.nullish(z.string()),
    requestParameters: CredentialShape,
    responseElements: z.nullish(z.object({ serviceSpecificCredential: CredentialShape })),
  }),
});

/** The user of whom CloudTrail tells that it was given a Bedrock API key. */
export interface KeyCreation {
  readonly userName: string;
  readonly accountId?: string;
}

/** Reads an event; `undefined` where it tells of no new Bedrock API key. */
export function keyCreation(event: unknown): KeyCreation | undefined {
  const parsed = KeyCreationShape.safeParse(event);
  if (!parsed.success || parsed.data.detail.errorCode) {
    return undefined;
  }
  const { requestParameters: request, responseElements, recipientAccountId } = parsed.data.detail;
  const credential = responseElements?.serviceSpecificCredential;
  // A request without a user is about the caller's own; the answer always names it.
  const userName = credential?.userName ?? request?.userName;
  if (!userName || (credential?.serviceName ?? request?.serviceName) !== KEY_SERVICE) {
    return undefined;
  }
  return { userName, ...(recipientAccountId ? { accountId: recipientAccountId } : {}) };
}

/** Registers the user of a new key, so that its default budget stands before its first call. */
export async function registerKeyHolder(
  { userName, accountId }: KeyCreation, time: number, ports: RegistrarPorts, context: CoreContext,
): Promise<RegistrarSummary> {
  await register(userName, accountId ?? context.ownAccountId, time, ports, context);
  return { holders: 1 };
}

/**
 * Registers everybody who holds a key. Events only make registration earlier: IAM's reach EventBridge in one region alone, and
 * only where a trail is on.
 */
export async function registerAllKeyHolders(time: number, ports: RegistrarPorts, context: CoreContext): Promise<RegistrarSummary> {
  const userNames: string[] = [];
  for await (const userName of ports.apiKeys.list()) {
    userNames.push(userName);
  }
  let failures = 0;
  await forEachConcurrently(userNames, CONCURRENCY, async userName => {
    try {
      await register(userName, context.ownAccountId, time, ports, context);
    } catch (error) {
      failures += 1;
      const problem = `${(error as Error).name}: ${(error as Error).message}`;
      ports.log.error('could not register a holder of an API key', { userName: userName.slice(0, 64), problem });
    }
  });
  if (failures > 0) {
    throw new RegistrationIncompleteError(`${failures} of ${userNames.length} holders of API keys could not be registered; see the errors logged before`);
  }
  ports.log.info('registered holders of API keys', { holders: userNames.length });
  return { holders: userNames.length };
}

async function register(userName: string, accountId: string, time: number, { store }: RegistrarPorts, { timeZone }: CoreContext): Promise<void> {
  const principal = principalFromId(`${PrincipalKindName.IAM_USER}/${accountId}/${userName}`);
  if (!principal) {
    throw new TypeError(`"${userName.slice(0, 64)}" in account "${accountId.slice(0, 12)}" is no IAM user`);
  }
  await store.register(principal.id, PrincipalKindName.API_KEY_USER, time, dayOf(time, timeZone));
}
