import { principalFromArn, principalFromId, runtimePrincipalId, UnknownIdentityError } from '../../../lambdas/core/principal';
import { UsageError } from '../../usage-error';

/** An AgentCore runtime, or one of its endpoints. */
const RUNTIME_ARN = /^arn:aws[a-z-]*:bedrock-agentcore:([a-z0-9-]+):(\d{12}):runtime\/([A-Za-z0-9_-]{1,100})(?:\/runtime-endpoint\/[\w-]+)?$/;

/** Whose kind the registrar finds out: their ids are those of IAM users. */
const KEY_USER_ID = /^api-key-user\//;

/** What stands in place of the account. */
const ACCOUNT_IN_ID = /^[a-z-]+\/(\d*)(?:\/|$)/;

const FORMS = 'iam-user/<account>/<name>, iam-role/<account>/<name>, agent-runtime/<account>/<region>/<id>, agent-role/<account>/<region>/<role name>, '
  + 'federated-user/<account>/<name>, root/<account>, or the ARN of a user, role, session of a role or AgentCore runtime';

/**
 * The id of the principal that an argument names, by its id or its ARN.
 *
 * @throws UsageError
 */
export function principalIdOf(text: string): string {
  const id = text.startsWith('arn:') ? idOfArn(text) : principalFromId(text)?.id;
  if (id === undefined) {
    const hint = hintOf(text);
    throw new UsageError(`"${text.slice(0, 200)}" names no principal: write ${FORMS}${hint}`);
  }
  return id;
}

function hintOf(text: string): string {
  if (KEY_USER_ID.test(text)) {
    return `; the user of an API key is written "${text.slice(0, 100).replace(KEY_USER_ID, 'iam-user/')}"`;
  }
  const [, account] = ACCOUNT_IN_ID.exec(text) ?? [];
  return account === undefined || account.length === 12 ? '' : `; an account has 12 digits, "${account.slice(0, 30)}" has ${account.length}`;
}

function idOfArn(arn: string): string | undefined {
  const runtime = RUNTIME_ARN.exec(arn);
  if (runtime) {
    const [, region, accountId, runtimeId] = runtime;
    return runtimePrincipalId(accountId, region, runtimeId);
  }
  try {
    return principalFromArn(arn).id;
  } catch (error) {
    if (!(error instanceof UnknownIdentityError)) {
      throw error;
    }
    return undefined;
  }
}
