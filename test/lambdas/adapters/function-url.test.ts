import { answering, FunctionUrlEvent, jsonBody, signerOf } from '../../../src/lambdas/adapters/function-url';
import { AdministrationError } from '../../../src/lambdas/core/administration/errors';
import { errorOf } from '../core/builders';
import { ADMIN, aFunctionUrlEvent } from '../function-url';

test('the signer is whom AWS names, and nobody where it names none', () => {
  expect(signerOf(aFunctionUrlEvent({}))).toBe(ADMIN);
  const authorizers = [undefined, null, {}, { iam: {} }, { iam: { userArn: 7 } }];
  for (const requestContext of [undefined, ...authorizers.map(authorizer => ({ authorizer }))]) {
    expect(signerOf({ requestContext } as FunctionUrlEvent)).toBeUndefined();
  }
});

test('the body is JSON, plain or in base64', () => {
  expect(jsonBody(aFunctionUrlEvent({ a: 'ü' }))).toEqual({ a: 'ü' });
  expect(jsonBody(aFunctionUrlEvent({ a: 'ü' }, { encoded: true }))).toEqual({ a: 'ü' });
  expect(errorOf(() => jsonBody({ ...aFunctionUrlEvent({}), body: undefined }))).toMatchObject({ code: 'BadRequest' });
  expect(errorOf(() => jsonBody({}))).toMatchObject({ code: 'MethodNotAllowed', message: 'the method is undefined, allowed is POST' });
});

test('a body that nests deeper than anybody needs is answered, not crashed on', () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  expect(jsonBody(aFunctionUrlEvent(deep))).toHaveLength(1);
});

test('answers and refusals are JSON that nobody keeps', async () => {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  expect(await answering('r-1', async () => ({ a: 1 }))).toEqual({ statusCode: 200, headers, body: '{"a":1}' });
  expect(await answering('r-1', async () => { throw new AdministrationError('NotFound', 'nobody', 'principalId'); }))
    .toEqual({ statusCode: 404, headers, body: '{"error":{"code":"NotFound","message":"nobody","field":"principalId"}}' });
  expect(await answering('r-1', async () => { throw new TypeError('secret'); }))
    .toEqual({ statusCode: 500, headers, body: expect.stringMatching(/"code":"InternalError".*"requestId":"r-1"/) });
});
