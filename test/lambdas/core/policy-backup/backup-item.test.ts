import { NumberText } from '../../../../src/lambdas/core/budget-item';
import { backupFromRow, currentRow, historyRow } from '../../../../src/lambdas/core/policy-backup/backup-item';
import { PolicyBackup } from '../../../../src/lambdas/core/policy-backup/policy-backup';
import { DAY, errorOf, NOON, ROLE } from '../builders';

const backup: PolicyBackup = {
  uniqueId: 'AROA1',
  principalId: ROLE,
  takenAt: NOON,
  managed: [{ arn: 'arn:b', policyId: 'ANPA1', defaultVersionId: 'v2' }, { arn: 'arn:a' }],
  inline: [{ name: 'z', document: '{ "a" :\t1}\r\n' }, { name: 'a', document: '{}' }],
  leftInPlace: [{ policy: 'arn:c', problem: 'deprecated' }],
  permissionsBoundary: 'arn:boundary',
};

test('a backup is read back as it was written, in its order', () => {
  expect(backupFromRow(currentRow(backup))).toEqual(backup);
  const { permissionsBoundary: _, ...unbounded } = backup;
  expect(backupFromRow(currentRow(unbounded))).toEqual(unbounded);
});

test('the row of a current backup has the keys, and never expires', () => {
  const row = currentRow(backup);
  expect(row).toMatchObject({ target: 'AROA1', principalId: ROLE, state: 'current', takenAt: '2026-03-10T12:00:00.000Z' });
  expect(row).not.toHaveProperty('expiresAt');
});

test('history expires after so many days, and notes how it ended', () => {
  const notRestored = [{ policy: 'arn:a', problem: 'gone' }];
  expect(historyRow(backup, { end: 'restored', archivedAt: NOON + DAY + 1, notRestored }, 30)).toEqual({
    ...currentRow(backup),
    state: 'history#2026-03-11T12:00:00.001Z',
    archivedAt: '2026-03-11T12:00:00.001Z',
    end: 'restored',
    notRestored,
    expiresAt: new NumberText(String((NOON + 31 * DAY) / 1000)),
  });
});

test.each<[string, object]>([
  ['target', { target: '' }],
  ['principalId', { principalId: undefined }],
  ['takenAt', { takenAt: 'yesterday' }],
  ['managed.0.arn', { managed: [{ arn: 7 }] }],
  ['inline.1.document', { inline: [{ name: 'a', document: '{}' }, { name: 'b', document: { Statement: 'secret' } }] }],
  ['leftInPlace', { leftInPlace: 'none' }],
])('a row that somebody broke at %s is refused by the attribute\'s name, never its value', (attribute, broken) => {
  const { name, message } = errorOf(() => backupFromRow({ ...currentRow(backup), ...broken }));
  expect([name, message]).toEqual(['PolicyBackupError', expect.stringContaining(`cannot be read at attribute ${attribute}:`)]);
  expect(message).not.toContain('secret');
});

test('a backup that does not fit into a row is refused with its size and what to do', () => {
  const { name, message } = errorOf(() => currentRow({ ...backup, inline: [{ name: 'huge', document: ' '.repeat(380_000) }] }));
  expect([name, message]).toEqual(['PolicyBackupError', expect.stringMatching(/take 380\d{3} bytes, a backup holds 380000: nothing is removed.*Take white space out/)]);
  expect(message.length).toBeLessThan(400);
});
