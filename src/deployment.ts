import { createHash } from 'node:crypto';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';

/** What every part of one deployment of the construct shares. */
export interface Deployment {
  /** Tells this instance apart from every other one in the account and region. */
  readonly id: string;
  readonly environmentName: string;
  /** IANA time zone in which days begin. */
  readonly timeZone: string;
  /** Encrypts everything at rest. */
  readonly encryptionKey: kms.IKey;
  /** Of what cannot be made again: tables, the key and the managed invocation log group. */
  readonly removalPolicy: RemovalPolicy;
  readonly logRetention: logs.RetentionDays;
  /** Whether functions and workflows send traces to X-Ray. */
  readonly tracing: boolean;
  /** Whether AgentCore runtimes have budgets. */
  readonly agentCore: boolean;
}

/** Keeps ids readable in metrics and paths. */
const MAX_NAME_LENGTH = 31;
const HASH_LENGTH = 8;

/**
 * A name for an instance of the construct: the same at every synthesis, unlike that of any other instance, at most 40 letters, digits and hyphens.
 *
 * The name of the stack is in it, since it is unique in an account and region. The hash is there because joined names are ambiguous:
 * `c` in stack `a-b` and `b-c` in stack `a` must not be taken for each other.
 */
export function deploymentIdOf(scope: IConstruct): string {
  const stack = topLevelStackOf(scope);
  const path = [stack.stackName, ...scope.node.scopes.slice(stack.node.scopes.length).map(construct => construct.node.id)];
  const name = path.join('-').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-/, '').slice(0, MAX_NAME_LENGTH);
  const hash = createHash('sha256').update(JSON.stringify(path)).digest('hex').slice(0, HASH_LENGTH);
  return `${name}-${hash}`;
}

/** The name of a nested stack is known at deployment only. */
function topLevelStackOf(scope: IConstruct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) {
    stack = stack.nestedStackParent;
  }
  return stack;
}
