import { principalFromArn, principalFromId, runtimePrincipalId, UnknownIdentityError } from '../../../lambdas/core/principal';
import { UsageError } from '../../usage-error';

/** An AgentCore runtime, or one of its endpoints. */
const RUNTIME_ARN = /^arn:aws[a-z-]*:bedrock-agentcore:([a-z0-9-]+):(\d{12}):runtime\/([A-Za-z0-9_-]{1,100})(?:\/runtime-endpoint\/[\w-]+)?$/;

/** Whose kind the registrar finds out: their ids are those of IAM users. */
const KEY_USER_ID = /^api-key-user\//;

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
    const hint = KEY_USER_ID.test(text) ? `; the user of an API key is written "${text.slice(0, 100).replace(KEY_USER_ID, 'iam-user/')}"` : '';
    throw new UsageError(`"${text.slice(0, 200)}" names no principal: write ${FORMS}${hint}`);
  }
  return id;
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
