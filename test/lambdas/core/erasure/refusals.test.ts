import { labelsIn, pairOf, sortLabels } from '../../../../src/lambdas/core/erasure/labels';
import { refuseBackup, refuseBudget, refuseRuntime } from '../../../../src/lambdas/core/erasure/refusals';
import { isReserved, refuseReserved } from '../../../../src/lambdas/core/erasure/reserved-words';
import { legible } from '../../texts';
import { ALICE, errorOf, ROLE } from '../builders';

/** Refusals word for word: the snapshot beside this file is to be read as operators read it. */
const RUNTIME = 'agent-runtime/444455556666/eu-central-1/support-Ab12Cd34Ef';

test.each<[string, () => void]>([
  ['a hold', () => refuseBudget({ principalId: ALICE, hold: {} })],
  ['a hold, whatever else there is', () => refuseBudget({ principalId: ALICE, hold: {}, status: 'suspended', declared: {} })],
  ['a suspension', () => refuseBudget({ principalId: ALICE, status: 'suspended', declared: {} })],
  ['a declaration', () => refuseBudget({ principalId: ALICE, status: 'active', declared: {} })],
  ['the role of a runtime', () => refuseRuntime({ principalId: RUNTIME, role: ROLE, activeRole: ROLE, status: 'suspended' }, ROLE)],
  ['the former role of a runtime', () => refuseRuntime({ principalId: RUNTIME, role: 'another', formerRole: { id: ROLE }, status: 'restoring' }, ROLE)],
  ['the active role of a runtime', () => refuseRuntime({ principalId: RUNTIME, role: ROLE, activeRole: ROLE }, ROLE)],
  ['policies that are held', () => refuseBackup({ principalId: ALICE, state: 'current' }, ALICE)],
  ['a word of the system', () => refuseReserved(['Alice Example', ' Suspended '])],
])('is refused for %s', (name, refused) => {
  const { name: error, message } = errorOf(refused);
  legible(message, name);
  expect(error).toBe('ErasureRefusedError');
  expect(message).toMatchSnapshot();
});

test.each([undefined, 'active', 'warning', 'critical', 'exceeded', 'deleted'])('is not refused for a budget and its role whose status is %s', status => {
  expect(() => refuseBudget({ principalId: ALICE, ...(status ? { status } : {}) })).not.toThrow();
  expect(() => refuseRuntime({ principalId: RUNTIME, role: ROLE, formerRole: { id: ROLE }, ...(status ? { status } : {}) }, ROLE)).not.toThrow();
});

test('is not refused for what is about somebody else, or over', () => {
  expect(() => refuseRuntime({ principalId: RUNTIME, role: ROLE, formerRole: { id: ROLE }, activeRole: ROLE, status: 'suspended' }, ALICE)).not.toThrow();
  expect(() => refuseRuntime({ principalId: RUNTIME, status: 'suspended' }, ALICE)).not.toThrow();
  expect(() => refuseBackup({ principalId: ROLE, state: 'current' }, ALICE)).not.toThrow();
  expect(() => refuseBackup({ principalId: ALICE, state: 'history#2026-01-01' }, ALICE)).not.toThrow();
});

test.each([
  'principalId', 'spend', 'status', 'before', 'after', 'topUps', 'unenforceable', 'grace_period', 'critical', 'exceeded', 'iam-user', 'agent-runtime', 'Daily Digest', 'enforced', 'observe', 'paused', 'lifted',
  'restoration', 'predecessor', 'deployment', 'estimate', 'limit', 'period', 'principal', 'change', 'declared', 'digest', 'exemption', 'failure', 'formerRole', 'kind', 'labels', 'levels', 'limits', 'reason',
  'revision', 'role', 'runtimes', 'suspension', 'thresholds', 'type', 'updatedBy', 'hold', 'budget', 'enforcement',
])('"%s" is a word of the system, in any letters', word => {
  expect([word, ` ${word.toUpperCase()} `, `${word}x`].map(isReserved)).toEqual([true, true, false]);
});

test.each<[unknown, object]>([[undefined, {}], [{}, {}], [{ labels: 'x' }, {}], [{ labels: null }, {}], [{ labels: { team: 'a', odd: 1 } }, { team: 'a' }]])('labels in %j are %j', (item, labels) => {
  expect(labelsIn(item as Parameters<typeof labelsIn>[0])).toEqual(labels);
});

describe('of labels', () => {
  const sorted = (labels: Readonly<Record<string, string>>, shared: readonly string[] = Object.keys(labels), choice = {}) =>
    sortLabels(labels, new Set(shared.map(key => pairOf(key, labels[key]))), { keep: [], erase: [], ...choice });

  test('those stay that others have as well, and the values of the others are groups of one', () => {
    expect(sorted({ team: 'search', site: 'b', desk: 'a', seat: 'a' }, ['team'])).toEqual({ kept: { team: 'search' }, groupNames: ['a', 'b'] });
  });

  test('the same value under another key is no label that others have', () => {
    expect(sortLabels({ team: 'x' }, new Set([pairOf('site', 'x'), 'team', 'x']), { keep: [], erase: [] })).toEqual({ kept: {}, groupNames: ['x'] });
  });

  test.each(['contact', 'createdby', 'creator', 'email', 'mail', 'name', 'owner', 'user', 'username', 'Created-By', 'E_MAIL', 'User Name'])('"%s" goes though others have it, and names no group', key => {
    expect(sorted({ [key]: 'x' })).toEqual({ kept: {}, groupNames: [] });
  });

  test.each(['owners', 'team-name', 'project'])('"%s" stays', key => {
    expect(sorted({ [key]: 'x' })).toEqual({ kept: { [key]: 'x' }, groupNames: [] });
  });

  test('an address goes, whatever its key is', () => {
    expect(sorted({ team: 'a@b.example' })).toEqual({ kept: {}, groupNames: [] });
  });

  test('those stay and go that somebody chose, and what is to stay stays in any case', () => {
    expect(sorted({ owner: 'a@b.example', site: 'x', team: 'y' }, ['team'], { keep: ['owner', 'site'], erase: ['team', 'site'] })).toEqual({ kept: { owner: 'a@b.example', site: 'x' }, groupNames: [] });
  });
});
