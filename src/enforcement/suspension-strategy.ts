/**
 * How a suspension takes access to Bedrock away.
 *
 * @example
 * import { BedrockBudgeteer, SuspensionStrategy } from 'cdk-bedrock-budgeteer';
 *
 * new BedrockBudgeteer(this, 'Budgeteer', { suspensionStrategy: SuspensionStrategy.DETACH });
 */
export enum SuspensionStrategy {
  /**
   * Attach one deny policy, which wins over every allow. Nothing of the principal's own is touched, and the system can take rights away, never give any.
   */
  DENY = 'deny',

  /**
   * Attach the deny policy, then back up and remove the principal's own policies, managed and inline; put back exactly what was there when access is
   * restored. Whatever these policies allow is gone meanwhile, not only Bedrock; what groups and resource policies allow stays. It takes rights over the
   * policies of every user and role of the account, which only one function has: read docs/security.md before you choose it.
   */
  DETACH = 'detach',
}
