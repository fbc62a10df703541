/**
 * What is done about use of Bedrock's endpoint `bedrock-mantle`, which stands in no invocation log and so counts towards no budget.
 *
 * The values are those of `MantleUseName` in the contract.
 */
export enum MantleUse {
  /** Its use is counted every hour, told with an estimate of what it cost, and alarmed. Nobody is kept from it. */
  ALARM = 'alarm',
  /**
   * Whoever has a budget that is enforced cannot use it: a policy that denies it is attached to the user or role. Use by anybody else is counted, told and
   * alarmed as with `ALARM`.
   */
  DENY = 'deny',
  /** It is not looked for. Whoever is suspended cannot use it all the same. */
  IGNORE = 'ignore',
}
