import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';

/**
 * What a caller of each service needs of the key behind the resource that it calls. AWS writes some of it with asterisks, which would
 * allow pairs of keys as well: none of these services makes any.
 */
const ACTIONS = {
  dynamodb: [
    'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
  ],
  s3: ['kms:Decrypt', 'kms:GenerateDataKey'],
  sns: ['kms:Decrypt', 'kms:GenerateDataKey'],
  sqs: ['kms:Decrypt', 'kms:GenerateDataKey'],
} as const;

export type EncryptingService = keyof typeof ACTIONS;

/** What is left of it for somebody who only reads. */
const READ_ACTIONS: readonly string[] = ['kms:Decrypt', 'kms:DescribeKey'];

/** Use of the key through one service only: nobody can decrypt with it what that service did not hand out. */
export function keyUseStatement(scope: IConstruct, key: kms.IKey, service: EncryptingService): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: [...ACTIONS[service]], resources: [key.keyArn], conditions: viaService(scope, service) });
}

/** The same for a principal of the user's. The key's own grants would let it use the key on anything, with no service between them. */
export function grantKeyUse(
  scope: IConstruct, grantee: iam.IGrantable, key: kms.IKey, service: EncryptingService, extent: 'all' | 'read' = 'all',
): iam.Grant {
  const actions = ACTIONS[service].filter(action => extent === 'all' || READ_ACTIONS.includes(action));
  return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [key.keyArn], conditions: viaService(scope, service) });
}

function viaService(scope: IConstruct, service: EncryptingService): Record<string, Record<string, string>> {
  // the asterisk stands for ".cn" in the China partition
  return { StringLike: { 'kms:ViaService': `${service}.${Stack.of(scope).region}.amazonaws.com*` } };
}
