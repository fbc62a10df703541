import * as z from 'zod/mini';
import { BackupAttribute } from '../../../contract';
import { isoInstant, Item, NumberText } from '../budget-item';
import { HistoryNote, PolicyBackup, PolicyBackupError } from './policy-backup';

/** The Policy backups table's rows: how a backup stands in DynamoDB. Instants are ISO 8601 text, so that an operator can read them in the console. */

/** State of the one row of a target that holds removed policies. */
export const CURRENT_STATE = 'current';

/** An item takes 409,600 bytes; what history notes beside the backup has to fit as well. */
const MAX_BYTES = 380_000;

const DAY_SECONDS = 24 * 60 * 60;

const Instant = z.iso.datetime();

const LeftShape = z.object({ policy: z.string(), problem: z.string() });

const RowShape = z.object({
  [BackupAttribute.TARGET]: z.string().check(z.minLength(1)),
  [BackupAttribute.PRINCIPAL_ID]: z.string().check(z.minLength(1)),
  takenAt: Instant,
  managed: z.array(z.object({ arn: z.string(), policyId: z.optional(z.string()), defaultVersionId: z.optional(z.string()) })),
  inline: z.array(z.object({ name: z.string(), document: z.string() })),
  leftInPlace: z.array(LeftShape),
  permissionsBoundary: z.optional(z.string()),
});

/**
 * The row of a backup while its policies are removed.
 *
 * @throws PolicyBackupError where it is larger than a row may be
 */
export function currentRow(backup: PolicyBackup): Item {
  const row = { ...attributesOf(backup), [BackupAttribute.STATE]: CURRENT_STATE };
  const bytes = Buffer.byteLength(JSON.stringify(row));
  if (bytes > MAX_BYTES) {
    throw new PolicyBackupError(
      `the policies of ${backup.principalId} take ${bytes} bytes, a backup holds ${MAX_BYTES}: nothing is removed, the deny policy alone restricts it. `
      + 'Take white space out of its inline policies, or make managed policies of them',
    );
  }
  return row;
}

/** The row of a backup that is history. It expires. */
export function historyRow(backup: PolicyBackup, { end, archivedAt, notRestored }: HistoryNote, historyDays: number): Item {
  return {
    ...attributesOf(backup),
    [BackupAttribute.STATE]: `history#${isoInstant(archivedAt)}`,
    [BackupAttribute.EXPIRES_AT]: new NumberText(String(Math.floor(archivedAt / 1000) + historyDays * DAY_SECONDS)),
    end,
    archivedAt: isoInstant(archivedAt),
    notRestored,
  };
}

/** @throws PolicyBackupError naming the attribute that cannot be read; never its value */
export function backupFromRow(row: Item): PolicyBackup {
  const parsed = RowShape.safeParse(row);
  if (!parsed.success) {
    const where = parsed.error.issues[0].path.map(String).join('.');
    throw new PolicyBackupError(
      `the backup of ${nameOf(row)} cannot be read at attribute ${where}: somebody changed it by hand. `
      + 'Mend it, or bring the table back to an earlier point in time',
    );
  }
  const { takenAt, [BackupAttribute.TARGET]: uniqueId, [BackupAttribute.PRINCIPAL_ID]: principalId, ...rest } = parsed.data;
  return { ...rest, uniqueId, principalId, takenAt: Date.parse(takenAt) };
}

function attributesOf({ uniqueId, principalId, takenAt, ...rest }: PolicyBackup): Item {
  return { ...rest, [BackupAttribute.TARGET]: uniqueId, [BackupAttribute.PRINCIPAL_ID]: principalId, takenAt: isoInstant(takenAt) };
}

function nameOf(row: Item): string {
  return String(row[BackupAttribute.PRINCIPAL_ID] ?? row[BackupAttribute.TARGET]).slice(0, 120);
}
