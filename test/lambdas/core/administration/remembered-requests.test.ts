import { callerFrom } from '../../../../src/lambdas/core/administration/caller';
import { AdministrationError } from '../../../../src/lambdas/core/administration/errors';
import { isRemembered, remembering } from '../../../../src/lambdas/core/administration/remembered-requests';
import { ChangeRequest, readRequest } from '../../../../src/lambdas/core/administration/requests';
import { Item } from '../../../../src/lambdas/core/budget-item';
import { ACCOUNT, ALICE, errorOf, NOON } from '../builders';

const ADMIN = callerFrom(`arn:aws:sts::${ACCOUNT}:assumed-role/admin/kim`);
const asked = (more: object = {}) => readRequest({ operation: 'suspend', principalId: ALICE, reason: 'leak', idempotencyKey: 'key', ...more }) as ChangeRequest;
const remembered = (item?: Item, more: object = {}) => remembering(item, asked(more), ADMIN, NOON, '0123456789ab');

test('a request with a key is remembered by hashes, and one without is not', () => {
  expect(remembered()).toEqual({ requests: [{ key: 'key', hash: expect.stringMatching(/^[0-9a-f]{32}$/), at: '2026-03-10T12:00:00.000Z', version: '0123456789ab' }] });
  expect(remembering(undefined, asked({ idempotencyKey: undefined }), ADMIN, NOON, '0123456789ab')).toEqual({});
});

test('it is the same by its key and by what it asks for, whichever session of the role asks', () => {
  const item = remembered();
  expect(isRemembered(item, asked(), ADMIN)).toBe(true);
  expect(isRemembered(item, asked(), callerFrom(`arn:aws:sts::${ACCOUNT}:assumed-role/admin/pat`))).toBe(true);
  expect(isRemembered(item, asked({ idempotencyKey: 'another' }), ADMIN)).toBe(false);
  expect(isRemembered(item, asked({ idempotencyKey: undefined }), ADMIN)).toBe(false);
  expect(isRemembered(undefined, asked(), ADMIN)).toBe(false);
});

test.each([
  ['for something else', asked({ reason: 'lost' }), ADMIN],
  ['by somebody else', asked(), callerFrom(`arn:aws:iam::${ACCOUNT}:user/kim`)],
  ['by somebody whose calls nobody can tell', asked(), callerFrom('arn:aws:iam::cloudfront:something/else')],
])('a key that is used %s is refused', (_, request, caller) => {
  const { code, field, message } = errorOf(() => isRemembered(remembered(), request, caller)) as AdministrationError;
  expect([code, field, message]).toEqual([
    'IdempotencyConflict', 'idempotencyKey', 'idempotencyKey was used for another request at 2026-03-10T12:00:00.000Z: take a new key for every change',
  ]);
});

test('the last twenty keys are remembered', () => {
  let item: Item = {};
  for (let index = 1; index <= 21; index += 1) {
    item = remembered(item, { idempotencyKey: `key-${index}` });
  }
  expect((item.requests as readonly { key: string }[]).map(({ key }) => key)).toEqual(Array.from({ length: 20 }, (_, index) => `key-${index + 2}`));
});

test('what somebody wrote by hand in their place is forgotten', () => {
  for (const requests of ['key', null, { key: 'key' }, [null, 'key', {}, { key: 7 }]]) {
    expect(isRemembered({ requests }, asked(), ADMIN)).toBe(false);
    expect(remembered({ requests }).requests).toHaveLength(1);
  }
});
