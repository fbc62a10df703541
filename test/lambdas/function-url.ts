import { FunctionUrlEvent } from '../../src/lambdas/adapters/function-url';
import { ACCOUNT, REGION } from './core/builders';

/** Who administers budgets in tests: a session of a role of its own. */
export const ADMIN = `arn:aws:sts::${ACCOUNT}:assumed-role/FinOps/maria`;

/** The event of a function's URL with IAM authorization, payload 2.0, as AWS sends it. */
export function aFunctionUrlEvent(body: unknown, { as = ADMIN as string | null, method = 'POST', encoded = false } = {}): FunctionUrlEvent {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const domainName = `abcdefghij0123456789.lambda-url.${REGION}.on.aws`;
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'host': domainName, 'x-amz-date': '20260310T120000Z', 'x-forwarded-proto': 'https' },
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'abcdefghij0123456789',
      domainName,
      domainPrefix: 'abcdefghij0123456789',
      ...(as === null ? {} : {
        authentication: null,
        authorizer: {
          iam: {
            accessKey: 'AKIAIOSFODNN7EXAMPLE',
            accountId: ACCOUNT,
            callerId: 'AROAEXAMPLE:maria',
            cognitoIdentity: null,
            principalOrgId: 'aws:PrincipalOrgId',
            userArn: as,
            userId: 'AROAEXAMPLE:maria',
          },
        },
      }),
      http: { method, path: '/', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'budgeteer' },
      requestId: 'a2f9b9cd-5b8c-4e5b-9c6f-1d3c2b1a0001',
      routeKey: '$default',
      stage: '$default',
      time: '10/Mar/2026:12:00:00 +0000',
      timeEpoch: 1773144000000,
    },
    body: encoded ? Buffer.from(text).toString('base64') : text,
    isBase64Encoded: encoded,
  };
  return event;
}
