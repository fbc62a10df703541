import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { Env } from '../../src/contract';
import { FunctionUrlEvent } from '../../src/lambdas/adapters/function-url';
import { handler } from '../../src/lambdas/budget-manager/budget-manager.lambda';
import { aBudget, ACCOUNT, agentSettingTexts, ALICE, itemOf, NOON } from '../lambdas/core/builders';
import { aFunctionUrlEvent } from '../lambdas/function-url';
import { InMemoryDynamoDb } from '../lambdas/in-memory-dynamodb';
import { CONTEXT, lambdaWorld } from '../lambdas/lambda-world';
import { provesHostileInputs } from './register';

const table = new InMemoryDynamoDb();
const ssm = mockClient(SSMClient);
lambdaWorld();
let invocations = 0;

beforeAll(() => {
  process.env[Env.DEPLOYED_SETTINGS] = JSON.stringify(agentSettingTexts());
});

beforeEach(() => {
  table.reset();
  ssm.reset();
  ssm.on(GetParametersByPathCommand).resolves({ Parameters: [] });
  jest.spyOn(Date, 'now').mockReturnValue(NOON);
  table.put(itemOf(aBudget()));
});

/** The same event may be sent again: each time Lambda has another id for it. */
async function send(event: FunctionUrlEvent): Promise<Record<string, any>> {
  invocations += 1;
  const { statusCode: status, body } = await handler(event, { ...CONTEXT, awsRequestId: `invocation-${invocations}` }) as { statusCode: number; body: string };
  return { status, ...JSON.parse(body) };
}

const TOP_UP = { operation: 'topUp', principalId: ALICE, amountUsd: '50', expiresAt: '2026-03-20T00:00:00Z', reason: 'launch' };
const limitsOf = (usd: string, more: object = {}) => aFunctionUrlEvent({ operation: 'setBudget', principalId: ALICE, limits: [{ limitUsd: usd, period: 'calendar month' }], ...more });
const topUps = () => ((table.item(ALICE) as any).topUps ?? []).length;
const limit = () => JSON.stringify((table.item(ALICE) as any).limits);

provesHostileInputs('requests', {
  'replayed-top-up': async () => {
    const keyed = aFunctionUrlEvent({ ...TOP_UP, idempotencyKey: 'k-1' });
    expect([await send(keyed), await send(keyed)].map(({ status, replayed }) => [status, replayed])).toEqual([[200, undefined], [200, true]]);
    expect(topUps()).toBe(1);
    const keyless = aFunctionUrlEvent({ ...TOP_UP, reason: 'without a key' });
    expect([await send(keyless), await send(keyless)].map(({ status, changed }) => [status, changed])).toEqual([[200, true], [200, false]]);
    expect(topUps()).toBe(2);
  },

  'replayed-order': async () => {
    const keyed = limitsOf('1000', { idempotencyKey: 'k-1' });
    const first = await send(keyed);
    const seen = limitsOf('2000', { ifVersion: first.budget.version });
    await send(seen);
    await send(limitsOf('5'));
    expect(await send(keyed)).toMatchObject({ status: 200, replayed: true });
    expect(await send(seen)).toMatchObject({ status: 409, error: { code: 'Conflict' } });
    expect(limit()).toContain('"5"');
    // stated, not wished: without either it counts as a request of today
    expect(await send(limitsOf('1000'))).toMatchObject({ status: 200, changed: true });
    expect(limit()).toContain('"1000"');
  },

  'key-for-another': async () => {
    await send(aFunctionUrlEvent({ ...TOP_UP, idempotencyKey: 'k-1' }));
    expect(await send(aFunctionUrlEvent({ ...TOP_UP, amountUsd: '51', idempotencyKey: 'k-1' }))).toMatchObject({ status: 409, error: { code: 'IdempotencyConflict' } });
    const another = aFunctionUrlEvent({ ...TOP_UP, idempotencyKey: 'k-1' }, { as: `arn:aws:sts::${ACCOUNT}:assumed-role/Another/x` });
    expect(await send(another)).toMatchObject({ status: 409, error: { code: 'IdempotencyConflict' } });
    expect(topUps()).toBe(1);
  },

  'unsigned': async () => {
    expect(await send(aFunctionUrlEvent(TOP_UP, { as: null }))).toMatchObject({ status: 403 });
    expect(await send(aFunctionUrlEvent({ ...TOP_UP, callerArn: `arn:aws:iam::${ACCOUNT}:root`, authorizer: { iam: { userArn: 'x' } } }, { as: null }))).toMatchObject({ status: 403 });
    expect(await send(aFunctionUrlEvent({ ...TOP_UP, callerArn: `arn:aws:iam::${ACCOUNT}:root` }))).toMatchObject({ status: 400 });
    expect(topUps()).toBe(0);
  },

  'own-budget': async () => {
    for (const as of [`arn:aws:iam::${ACCOUNT}:user/alice`, `arn:aws:iam::${ACCOUNT}:user/path/ALICE`, `arn:aws:sts::${ACCOUNT}:federated-user/alice`]) {
      expect(await send(aFunctionUrlEvent(TOP_UP, { as }))).toMatchObject({ status: 403, error: { code: 'Forbidden' } });
    }
    expect(topUps()).toBe(0);
  },
});
