import { LambdaFunctionURLResult } from 'aws-lambda';
import { AdministrationError } from '../core/administration/errors';

/** What a function's URL hands over, as far as it is used. Nothing of it is taken for granted: who may invoke the function may invoke it with anything. */
export interface FunctionUrlEvent {
  readonly requestContext?: {
    readonly http?: { readonly method?: string };
    readonly authorizer?: { readonly iam?: { readonly userArn?: string } };
  };
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

const METHOD = 'POST';
const MAX_BODY_BYTES = 64 * 1024;

/** ARN of whoever signed the request; AWS puts it there. */
export function signerOf({ requestContext }: FunctionUrlEvent): string | undefined {
  const arn: unknown = requestContext?.authorizer?.iam?.userArn;
  return typeof arn === 'string' ? arn : undefined;
}

/** @throws AdministrationError where there is no JSON in it */
export function jsonBody({ requestContext, body = '', isBase64Encoded = false }: FunctionUrlEvent): unknown {
  const method = requestContext?.http?.method;
  if (method !== METHOD) {
    throw new AdministrationError('MethodNotAllowed', `the method is ${String(method).slice(0, 20)}, allowed is ${METHOD}`);
  }
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    throw new AdministrationError('TooLarge', `the body has ${bytes.length} bytes, allowed are ${MAX_BODY_BYTES}`);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new AdministrationError('BadRequest', 'the body is no JSON, allowed is a JSON object with an operation');
  }
}

/** Answers in JSON, refusals and failures as well. What failed unexpectedly is in the log under the id of the request; the answer does not tell. */
export async function answering(requestId: string, work: () => Promise<unknown>): Promise<LambdaFunctionURLResult> {
  try {
    return json(200, await work());
  } catch (error) {
    if (error instanceof AdministrationError) {
      const { code, message, field } = error;
      return json(error.status, { error: { code, message, ...(field === undefined ? {} : { field }) } }, code === 'MethodNotAllowed' ? { allow: METHOD } : {});
    }
    return json(500, { error: { code: 'InternalError', message: `the request could not be carried out; the log has the reason under ${requestId}`, requestId } });
  }
}

function json(statusCode: number, body: unknown, headers: Readonly<Record<string, string>> = {}): LambdaFunctionURLResult {
  return { statusCode, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers }, body: JSON.stringify(body) };
}
