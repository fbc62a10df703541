import { groupBy } from '../../lambdas/core/collections';
import { addUsd, formatUsd, usd } from '../../lambdas/core/money';
import { plainText } from '../../lambdas/core/plain-text';
import { principalFromArn, principalFromId, sharedRolePrincipalId, UnknownIdentityError } from '../../lambdas/core/principal';
import { textOf } from './items';
import { Mapped, NO_LIMIT, unfit, without } from './mapped';

/**
 * Runtimes of one role have one budget here, since neither the log nor IAM tells them apart: that of the role, with what they may spend together.
 */
export function withSharedRoles(mapped: readonly Mapped[]): readonly Mapped[] {
  const runtimes = mapped.filter(({ item, principalId, leftOut, row }) => item.table === 'runtimes' && principalId !== undefined && (row || leftOut === NO_LIMIT));
  const byRole = groupBy(runtimes.filter(({ item }) => textOf(item, 'role_arn')), ({ item, principalId }) => `${regionOf(principalId!)} ${textOf(item, 'role_arn')}`);
  const replaced = new Map<Mapped, Mapped>();
  for (const members of byRole.values()) {
    if (members.length > 1) {
      const shared = sharedRole(members);
      members.forEach((member, index) => replaced.set(member, shared(member, index)));
    }
  }
  return mapped.map(one => replaced.get(one) ?? one);
}

function sharedRole(members: readonly Mapped[]): (member: Mapped, index: number) => Mapped {
  const roleArn = textOf(members[0].item, 'role_arn')!;
  const principalId = sharedRoleId(roleArn, regionOf(members[0].principalId!));
  const names = members.map(({ item }) => plainText(item.id, 60)).join(', ');
  const why = `shares the role ${plainText(roleArn, 150)} with ${members.length - 1} more, and one budget holds for all of them here`;
  if (principalId === undefined) {
    return member => unfit(member, `it ${why}, but that is no ARN of a role`);
  }
  const limits = members.map(({ row }) => row?.limits?.[0]);
  const periods = new Set(limits.map(limit => limit?.period));
  if (limits.includes(undefined) || periods.size > 1) {
    const missing = limits.includes(undefined) ? 'not all of them have a limit' : 'their periods differ';
    return member => unfit(member, `it ${why}; ${missing}: write "budgeteer budget set ${principalId} --limit …"`);
  }
  const sum = addUsd(...limits.map(limit => usd(limit!.limitUsd)));
  const [first] = members;
  return (member, index) => (index === 0
    ? {
      ...member,
      principalId,
      row: { ...first.row!, principalId, limits: [{ ...limits[0]!, limitUsd: formatUsd(sum) }] },
      notes: [...member.notes, `it ${why}: the sum of their limits (${names})`],
    }
    : { ...without(member), principalId, leftOut: `counted in ${principalId}` });
}

function regionOf(runtime: string): string {
  return principalFromId(runtime)!.region!;
}

function sharedRoleId(roleArn: string, region: string): string | undefined {
  try {
    return sharedRolePrincipalId(principalFromArn(roleArn), region);
  } catch (error) {
    if (!(error instanceof UnknownIdentityError)) {
      throw error;
    }
    return undefined;
  }
}
