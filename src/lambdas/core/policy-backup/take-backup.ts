import { Attachable } from '../restriction-target';
import { InlinePolicy, LeftPolicy, ManagedPolicy, PolicyBackup } from './policy-backup';
import { PrincipalIdentity, PrincipalPolicies } from './ports';

/** What the deny policies of all deployments say of themselves: that of another deployment suspends for that deployment, and is not ours to touch. */
const DENY_POLICY_DESCRIPTION = /Attached and detached by BedrockBudgeteer/;

export interface BackupRequest {
  readonly target: Attachable;
  /** Of the target. */
  readonly principalId: string;
  readonly identity: PrincipalIdentity;
  /** What is attached but for the deny policy. */
  readonly attached: readonly string[];
  readonly now: number;
}

/** Reads what is to be removed. What cannot be given back is left where it is: the deny wins over it anyway. */
export async function takeBackup(
  { target, principalId, identity, attached, now }: BackupRequest, policies: Pick<PrincipalPolicies, 'describeManaged' | 'listInline' | 'readInline'>,
): Promise<PolicyBackup> {
  const managed: ManagedPolicy[] = [];
  const leftInPlace: LeftPolicy[] = [];
  for (const arn of attached) {
    const facts = await policies.describeManaged(arn);
    const problem = !facts
      ? 'IAM lists it and does not know it'
      : reasonToLeave(facts);
    if (problem) {
      leftInPlace.push({ policy: arn, problem });
    } else {
      managed.push({
        arn,
        ...(facts?.policyId ? { policyId: facts.policyId } : {}),
        ...(facts?.defaultVersionId ? { defaultVersionId: facts.defaultVersionId } : {}),
      });
    }
  }
  const inline: InlinePolicy[] = [];
  for (const name of await policies.listInline(target)) {
    const document = await policies.readInline(target, name);
    // Deleted since it was listed, or not to be read yet: then it stays, since nothing is removed that is not in the backup.
    if (document !== undefined) {
      inline.push({ name, document });
    }
  }
  const { uniqueId, permissionsBoundary } = identity;
  return { uniqueId, principalId, takenAt: now, managed, inline, leftInPlace, ...(permissionsBoundary ? { permissionsBoundary } : {}) };
}

function reasonToLeave({ attachable, description = '' }: { readonly attachable: boolean; readonly description?: string }): string | undefined {
  if (!attachable) {
    return 'AWS would not attach it again once it is detached';
  }
  return DENY_POLICY_DESCRIPTION.test(description) ? 'it is the deny policy of another deployment' : undefined;
}
