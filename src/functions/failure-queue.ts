import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { keyUseStatement } from '../encryption/key-use';

/** The most that SQS allows: whoever comes back from a week's leave still finds the message. */
const RETENTION = Duration.days(14);

export interface FailureQueueProps {
  /** Undefined: SQS encrypts with a key of its own. */
  readonly encryptionKey: kms.IKey | undefined;
}

/**
 * A queue for what could not be processed. People look at it, so each one has an alarm (see `monitoring/`).
 */
export class FailureQueue extends sqs.Queue {
  private readonly key?: kms.IKey;

  constructor(scope: Construct, id: string, props: FailureQueueProps) {
    super(scope, id, {
      encryption: props.encryptionKey ? sqs.QueueEncryption.KMS : sqs.QueueEncryption.SQS_MANAGED,
      encryptionMasterKey: props.encryptionKey,
      enforceSSL: true,
      retentionPeriod: RETENTION,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.key = props.encryptionKey;
  }

  /** Where Lambda sends what failed for good, be it an asynchronous event or a batch of a stream. */
  public asFailureDestination(): lambda.IDestination & lambda.IEventSourceDlq {
    return {
      bind: (_from: unknown, fn: lambda.IFunction) => {
        this.allowSending(fn);
        return { destination: this.queueArn };
      },
    };
  }

  /** Less than `grantSendMessages` gives, which includes the queue's attributes and every use of the key. */
  public allowSending(fn: lambda.IFunction): void {
    // The role itself, as `HandlerFunction.allowStatement` says.
    const role = fn.grantPrincipal;
    role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queueArn] }));
    if (this.key) {
      role.addToPrincipalPolicy(keyUseStatement(this, this.key, 'sqs'));
    }
  }
}
