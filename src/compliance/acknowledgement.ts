/** Findings of cdk-nag that are as they should be, on resources of the construct. */
export interface Acknowledgement {
  /** As cdk-nag names them, pack and rule. */
  readonly rules: readonly string[];
  /** Where, as paths below the construct: `*` is one name, `**` any number of them. */
  readonly at: readonly string[];
  /** Where other resources have such paths as well: of which type. */
  readonly type?: string;
  /** There is no such finding while this prop is true. */
  readonly unless?: 'tracing';
  /** What an auditor is told. */
  readonly reason: string;
}

/** What roles of the construct are allowed on more than one resource by an asterisk. */
export interface AcknowledgedWildcard {
  /** Whole ARNs with their asterisks: `{}` is what differs between deployments, and has none. */
  readonly resources: readonly string[];
  /** Nothing beside these is acknowledged. */
  readonly actions: readonly string[];
  /** Where the statement must have a condition on this key. */
  readonly condition?: string;
  /** The policies that allow it, as paths below the construct. */
  readonly policies: readonly string[];
  /** What an auditor is told. */
  readonly reason: string;
}

/** The rule that wants evidence for every wildcard: each is a finding of its own. */
export const WILDCARD_RULE = 'AwsSolutions-IAM5';

/** The policy of a function's or a state machine's role. */
export function policyOf(owner: string): string {
  return `${owner}/Role/DefaultPolicy`;
}
