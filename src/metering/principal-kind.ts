/**
 * Kinds of principal that can be metered beside IAM users.
 *
 * The values are those of `PrincipalKindName` in the contract.
 */
export enum PrincipalKind {
  /** IAM roles: every session of a role counts towards the role. */
  IAM_ROLE = 'iam-role',
  /** Federated-user sessions. They can be metered, not suspended: restrict the IAM user that issues them. */
  FEDERATED_USER = 'federated-user',
  /** The root user. It can be metered, not suspended. */
  ROOT = 'root',
}
