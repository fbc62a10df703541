import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { PersonText } from '../../../../src/lambdas/core/erasure/person-text';
import { erasable, labelOf, nameIn, pseudonymOf } from '../../../../src/lambdas/core/erasure/pseudonym';
import { ACCOUNT, errorOf } from '../builders';

const HEX = '0123456789abcdef0123456789abcdef';
const NAME = `erased-${HEX}`;
const LABEL = 'erased-01234567';

/** Texts that name whoever has an id. */
function namesOf(principalId: string, { also = [] as readonly string[], keptLabels = {}, groupNames = [] as readonly string[] } = {}): PersonText {
  const principal = erasable(principalId);
  return new PersonText({ principal, pseudonym: pseudonymOf(principal, HEX), keptLabels, groupNames, also });
}

const ALICE = `iam-user/${ACCOUNT}/alice.smith`;
const PSEUDONYM = `iam-user/${ACCOUNT}/${NAME}`;
const USER = `arn:aws:iam::${ACCOUNT}:user`;

test('a pseudonym is of the same kind and account, and its label is the beginning of its name', () => {
  expect([pseudonymOf(erasable(ALICE), HEX), pseudonymOf(erasable(ALICE), 'ab'), pseudonymOf(erasable(ALICE), `${HEX}ff`)]).toEqual([PSEUDONYM, `iam-user/${ACCOUNT}/erased-${'0'.repeat(30)}ab`, PSEUDONYM]);
  expect([nameIn(PSEUDONYM), labelOf(PSEUDONYM)]).toEqual([NAME, LABEL]);
});

test.each([
  ['nonsense', '"nonsense" is no principal id'],
  ['x'.repeat(300), `"${'x'.repeat(200)}" is no principal id`],
  [`root/${ACCOUNT}`, 'the root user has no name: its id is the number of the account, which is nobody\'s personal data'],
  [`agent-runtime/${ACCOUNT}/eu-central-1/support-Ab12Cd34Ef`, 'an AgentCore runtime is no person, and its id is in the keys of ledger rows, which must stay so that no hour is charged twice: '
    + 'delete the runtime, and its rows expire with the ledger; change its labels with "budgeteer budget set", or the tags of the runtime'],
  [PSEUDONYM, `${PSEUDONYM} is a pseudonym already: it names nobody`],
])('%s cannot be erased: %s', (principalId, message) => {
  const error = errorOf(() => erasable(principalId));
  expect([error.name, error.message]).toEqual(['ErasureRefusedError', message]);
});

test.each([`iam-user/${ACCOUNT}/erased-${HEX}0`, `iam-user/${ACCOUNT}/erased-${HEX.slice(1)}`, `iam-user/${ACCOUNT}/x-erased-${HEX}`, `iam-user/${ACCOUNT}/erased-${HEX.toUpperCase()}`])('%s is no pseudonym', principalId => {
  expect(erasable(principalId).id).toBe(principalId);
});

describe('an id', () => {
  const names = namesOf(ALICE);

  test.each([
    [ALICE, PSEUDONYM],
    [`for ${ALICE}`, `for ${PSEUDONYM}`],
    [`for ${ALICE}.`, `for ${PSEUDONYM}.`],
    // In whole it is the id of somebody whose name ends so.
    [`${ALICE}.`, `${ALICE}.`],
    [`(${ALICE}), ${ALICE}; "${ALICE}"`, `(${PSEUDONYM}), ${PSEUDONYM}; "${PSEUDONYM}"`],
    [`mantle-deny/${ALICE}/1`, `mantle-deny/${PSEUDONYM}/1`],
    [`for ${ALICE}on`, `for ${ALICE}on`],
    [`for ${ALICE}.jr`, `for ${ALICE}.jr`],
    [`for ${ALICE},jr`, `for ${ALICE},jr`],
    [`for ${ALICE}, jr`, `for ${PSEUDONYM}, jr`],
    [`for ${ALICE}@home`, `for ${ALICE}@home`],
    [`for ${ALICE}=x and ${ALICE}+x and ${ALICE}-x`, `for ${ALICE}=x and ${ALICE}+x and ${ALICE}-x`],
    [`x${ALICE} and -${ALICE}`, `x${ALICE} and -${ALICE}`],
    [`iam-user/${ACCOUNT}/aliceXsmith`, `iam-user/${ACCOUNT}/aliceXsmith`],
    [`iam-role/${ACCOUNT}/alice.smith`, `iam-role/${ACCOUNT}/alice.smith`],
    ['iam-user/999999999999/alice.smith', 'iam-user/999999999999/alice.smith'],
    ['by alice.smith', 'by alice.smith'],
    [`${USER}/alice.smith`, `${USER}/${NAME}`],
    [`${USER}/staff/uk/alice.smith`, `${USER}/${NAME}`],
    [`by ${USER}/staff/uk/alice.smith, at noon`, `by ${USER}/${NAME}, at noon`],
    [`by arn:aws-us-gov:iam::${ACCOUNT}:user/alice.smith`, `by arn:aws-us-gov:iam::${ACCOUNT}:user/${NAME}`],
    [`by ${USER}/alice.smith/x`, `by ${USER}/alice.smith/x`],
    [`by ${USER}/alice.smithson`, `by ${USER}/alice.smithson`],
    [`by ${USER}/xalice.smith`, `by ${USER}/xalice.smith`],
    [`arn:aws:iam::${ACCOUNT}:role/alice.smith`, `arn:aws:iam::${ACCOUNT}:role/alice.smith`],
    ['by arn:aws:iam::999999999999:user/alice.smith', 'by arn:aws:iam::999999999999:user/alice.smith'],
    ['arn:nonsense', 'arn:nonsense'],
    ['', ''],
  ])('in %p leaves %p', (text, left) => {
    expect(names.id(text)).toBe(left);
  });

  test('of a role goes with its sessions, and the name of a session with it', () => {
    const role = namesOf(`iam-role/${ACCOUNT}/alice-role`);
    expect([
      `arn:aws:iam::${ACCOUNT}:role/x/alice-role`, `arn:aws:sts::${ACCOUNT}:assumed-role/alice-role/a@b.example`, `by arn:aws:sts::${ACCOUNT}:assumed-role/alice-role/a@b.example!`,
      `by arn:aws:sts::${ACCOUNT}:assumed-role/alice-role`, `by arn:aws:iam::${ACCOUNT}:role/x/alice-role`, `by arn:aws:sts::${ACCOUNT}:assumed-role/alice-role-2/x`, `by arn:aws:sts::${ACCOUNT}:federated-user/alice-role`,
    ].map(text => role.id(text))).toEqual([
      `arn:aws:iam::${ACCOUNT}:role/${NAME}`, `arn:aws:sts::${ACCOUNT}:assumed-role/${NAME}/erased`, `by arn:aws:sts::${ACCOUNT}:assumed-role/${NAME}/erased!`,
      `by arn:aws:sts::${ACCOUNT}:assumed-role/${NAME}/erased`, `by arn:aws:iam::${ACCOUNT}:role/${NAME}`, `by arn:aws:sts::${ACCOUNT}:assumed-role/alice-role-2/x`, `by arn:aws:sts::${ACCOUNT}:federated-user/alice-role`,
    ]);
  });

  test('of a federated user goes where its sessions are named', () => {
    const federated = namesOf(`federated-user/${ACCOUNT}/alice`);
    expect([`arn:aws:sts::${ACCOUNT}:federated-user/alice`, `by arn:aws:sts::${ACCOUNT}:federated-user/alice!`, `by arn:aws:sts::${ACCOUNT}:federated-user/alice/x`, `by ${USER}/alice`].map(text => federated.id(text))).toEqual([
      `arn:aws:sts::${ACCOUNT}:federated-user/${NAME}`, `by arn:aws:sts::${ACCOUNT}:federated-user/${NAME}!`, `by arn:aws:sts::${ACCOUNT}:federated-user/alice/x`, `by ${USER}/alice`,
    ]);
  });
});

describe('the name in what people wrote', () => {
  test.each([
    ['alice.smith', 'by alice.smith.', 'by erased.'], ['alice.smith', 'by Alice.Smith', 'by erased'], ['alice.smith', 'alice.smithson', 'alice.smithson'], ['alice.smith', 'malice.smith', 'malice.smith'],
    ['alice.smith', 'x/alice.smith', 'x/alice.smith'], ['alice.smith', 'alice.smith/x', 'alice.smith/x'], ['alice.smith', 'a.alice.smith', 'a.alice.smith'], ['alice.smith', 'so: alice.smith, too', 'so: erased, too'],
    ['alice.smith', '@alice.smith', '@alice.smith'],
    // As short as words are, or made of letters alone: it may be one.
    ['al.ic', 'by al.ic', 'by al.ic'], ['al.ice', 'by al.ice', 'by erased'], ['alicesmith', 'by alicesmith', 'by alicesmith'], ['Alicesmith', 'by alicesmith', 'by erased'],
    // A word of the system.
    ['api-key-user', 'an api-key-user', 'an api-key-user'],
  ])('%s: of %p is left %p', (name, text, left) => {
    expect(namesOf(`iam-user/${ACCOUNT}/${name}`).text(text)).toBe(left);
  });

  test('goes with the other texts, the longest of them first, whatever is in them', () => {
    const names = namesOf(ALICE, { also: ['Smith', 'Alice Smith', 'a+b (c)', 'Smith'] });
    expect(names.text('Alice Smith, SMITH and Smithson: a+b (c) or aab c')).toBe('erased, erased and Smithson: erased or aab c');
    expect(names.id('Alice Smith')).toBe('Alice Smith');
  });
});

describe('a value', () => {
  const names = namesOf(ALICE, { also: ['Hold'], keptLabels: { team: 'search' }, groupNames: ['Room 101'] });

  test('in which nobody is named is the same one', () => {
    for (const value of [{ a: [1, null, true, { b: 'x' }], n: new NumberText('1'), bytes: new Uint8Array([1]) }, [['x']], 'x', 5, null, undefined]) {
      expect(names.value(value)).toBe(value);
    }
    const owned = { principalId: 'x', status: 'active', reason: '', spend: new NumberText('1') };
    expect(names.value(owned, true)).toBe(owned);
  });

  test('keeps its numbers and bytes as they are where something else of it goes', () => {
    const [number, bytes] = [new NumberText('1'), new Uint8Array([1])];
    const after = names.value({ by: ALICE, number, bytes, list: [1, ALICE, null] });
    expect(after).toEqual({ by: PSEUDONYM, number, bytes, list: [1, PSEUDONYM, null] });
    expect([after.number, after.bytes]).toEqual([number, bytes]);
    expect(after.number).toBe(number);
  });

  test.each(['reason', 'message', 'problem', 'name', 'value', 'groupBy', 'actor', 'by', 'updatedBy', 'carriedBy', 'denied', 'leftInPlace', 'notRestored'])('has words of people under "%s"', key => {
    expect(names.value({ [key]: 'by Hold and alice.smith' })).toEqual({ [key]: 'by erased and erased' });
    expect(names.value({ [key]: ['by Hold'] })).toEqual({ [key]: ['by erased'] });
  });

  test('has no words of people elsewhere, but ids', () => {
    expect(names.value({ note: `by Hold and ${ALICE}`, list: ['Hold', ALICE] })).toEqual({ note: `by Hold and ${PSEUDONYM}`, list: ['Hold', PSEUDONYM] });
  });

  test('keeps words of the system, but in free text', () => {
    expect(names.value({ name: 'hold', by: ' Hold ', value: 'HOLD', reason: 'hold', message: 'hold', problem: 'hold' })).toEqual({ name: 'hold', by: ' Hold ', value: 'HOLD', reason: 'erased', message: 'erased', problem: 'erased' });
  });

  test('of the person has no free text and no unique id any more', () => {
    expect(names.value({ reason: 'x', message: 'y', problem: '', target: 'AIDA', after: { target: 'AIDA', reason: 'z' }, status: 'active' }, true)).toEqual({
      reason: 'erased', message: 'erased', problem: '', target: 'erased', after: { target: 'erased', reason: 'erased' }, status: 'active',
    });
    expect(names.value({ list: [{ principalId: ALICE, reason: 'x', target: 'AIDA' }, { principalId: 'other', reason: 'x', target: 'AIDA' }] })).toEqual({
      list: [{ principalId: PSEUDONYM, reason: 'erased', target: 'erased' }, { principalId: 'other', reason: 'x', target: 'AIDA' }],
    });
  });

  test('names a group of one person by the label that the person gets', () => {
    expect(names.value({ name: 'Room 101', value: 'Room 101', title: 'Room 101', by: 'Room 101' })).toEqual({ name: LABEL, value: LABEL, title: 'Room 101', by: 'Room 101' });
  });

  test('has the labels of the person replaced but for those that are kept as they are', () => {
    expect(names.value({ principalId: ALICE, labels: { team: 'search', Hold: 'x', site: 'Room 101' } })).toEqual({ principalId: PSEUDONYM, labels: { team: 'search', erased: LABEL, site: LABEL } });
    expect(names.value({ principalId: ALICE, labels: { team: 'another' } })).toEqual({ principalId: PSEUDONYM, labels: { team: LABEL } });
    const kept = { labels: { team: 'search' } };
    expect(names.value(kept, true)).toBe(kept);
    expect(names.value({ labels: 'of Hold' }, true)).toEqual({ labels: 'of Hold' });
    expect(names.value({ labels: null, by: ALICE }, true)).toEqual({ labels: null, by: PSEUDONYM });
    expect(names.value({ labels: [ALICE] }, true)).toEqual({ labels: [PSEUDONYM] });
  });

  test('has words of people in labels of others, whatever their keys are, and in the names of groups', () => {
    expect(names.value({ principalId: 'other', labels: { status: 'of Hold', Hold: 'x' } })).toEqual({ principalId: 'other', labels: { status: 'of erased', erased: 'x' } });
    expect(names.value({ byLabel: { 'of Hold': [{ value: 'of Hold' }], 'team': [] }, told: { Hold: 1 } })).toEqual({ byLabel: { 'of erased': [{ value: 'of erased' }], 'team': [] }, told: { Hold: 1 } });
  });

  test('has ids as keys where the whole key is one', () => {
    expect(names.value({ [ALICE]: 1, [`x ${ALICE}`]: 2, [`${USER}/alice.smith`]: 3 })).toEqual({ [PSEUDONYM]: 1, [`x ${ALICE}`]: 2, [`${USER}/${NAME}`]: 3 });
  });
});
