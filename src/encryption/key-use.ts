import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';

/** What a caller of each service needs of the key behind the resource that it calls. */
const ACTIONS = {
  dynamodb: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
  sns: ['kms:Decrypt', 'kms:GenerateDataKey*'],
  sqs: ['kms:Decrypt', 'kms:GenerateDataKey*'],
} as const;

export type EncryptingService = keyof typeof ACTIONS;

/** Use of the key through one service only: nobody can decrypt with it what that service did not hand out. */
export function keyUseStatement(scope: IConstruct, key: kms.IKey, service: EncryptingService): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: [...ACTIONS[service]],
    resources: [key.keyArn],
    // the asterisk stands for ".cn" in the China partition
    conditions: { StringLike: { 'kms:ViaService': `${service}.${Stack.of(scope).region}.amazonaws.com*` } },
  });
}
