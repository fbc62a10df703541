import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { Env, Handler, REPORTS_FOLDER, REPORT_WORK_FOLDER } from '../contract';
import { Deployment } from '../deployment';
import { grantKeyUse, keyUseStatement } from '../encryption/key-use';
import { Workflow } from '../enforcement/workflow';
import { allowPublishing } from '../events/publishing';
import { HandlerFunction } from '../functions/handler-function';
import { Storage } from '../storage/storage';
import { allowTable } from '../storage/table-access';
import { reportChain } from './report-states';
import { ResolvedReports } from './resolved-reports';

export interface ReportsConstructProps {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly eventBus: events.IEventBus;
  readonly ledgerRetentionDays: number;
  readonly reports: ResolvedReports;
}

/** The sums of 300,000 combinations of day, principal and model, and the texts made of them. */
export const REPORTER_MEMORY_MB = 3008;

/** The first reports stay at hand for comparisons; later ones are looked at when somebody asks. */
const AT_HAND = Duration.days(90);
const REPLACED_KEPT = Duration.days(90);
/** Somebody who looks into a failed run finds what it had kept. */
const WORK_KEPT = Duration.days(7);

/** The ledger of a month is complete a day after its end: records of Bedrock come late by minutes, and are tried again for hours. */
const DAY_OF_MONTH = 2;

/**
 * Who is charged what: a state machine that reads the ledger every month and leaves a report in a bucket.
 */
export class Reports extends Construct {
  public readonly bucket: s3.IBucket;
  public readonly reporter: HandlerFunction;
  public readonly workflow: Workflow;
  /** Starts the workflow; what it cannot start stands in the failure queue of the reporter. */
  public readonly schedule: scheduler.CfnSchedule;
  private readonly prefix: string;
  /** Behind the bucket; none where it is the user's and encrypted otherwise. */
  private readonly key?: kms.IKey;

  constructor(scope: Construct, id: string, props: ReportsConstructProps) {
    super(scope, id);
    const { deployment, storage, eventBus, reports } = props;
    this.prefix = reports.prefix;
    this.bucket = reports.bucket ?? this.newBucket(deployment, reports);
    this.key = this.bucket.encryptionKey;

    this.reporter = new HandlerFunction(this, 'ChargebackReporter', {
      deployment,
      handler: Handler.CHARGEBACK_REPORTER,
      description: 'adds the ledger up and writes chargeback reports',
      memoryMb: REPORTER_MEMORY_MB,
      timeout: Duration.minutes(10),
      environment: {
        [Env.BUDGETS_TABLE]: storage.budgets.tableName,
        [Env.LEDGER_TABLE]: storage.ledger.tableName,
        [Env.LEDGER_RETENTION_DAYS]: String(props.ledgerRetentionDays),
        [Env.EVENT_BUS]: eventBus.eventBusName,
        [Env.REPORTS_BUCKET]: this.bucket.bucketName,
        [Env.REPORTS_GROUP_BY]: JSON.stringify(reports.groupBy),
        ...(this.prefix ? { [Env.REPORTS_PREFIX]: this.prefix } : {}),
      },
    });
    allowTable(this.reporter, storage.ledger, 'Scan');
    allowTable(this.reporter, storage.budgets, 'Scan');
    allowPublishing(this.reporter, eventBus);
    // It never reads a report, nor what others keep in the bucket.
    this.reporter.allow({ actions: ['s3:PutObject'], resources: [this.objects(REPORTS_FOLDER), this.objects(REPORT_WORK_FOLDER)] });
    this.reporter.allow({ actions: ['s3:GetObject'], resources: [this.objects(REPORT_WORK_FOLDER)] });
    if (this.key) {
      this.reporter.allowStatement(keyUseStatement(this, this.key, 's3'));
    }

    this.workflow = new Workflow(this, 'Chargeback', {
      deployment,
      name: 'chargeback',
      longestWait: Duration.seconds(0),
      // A ledger of a billion rows takes a few hours.
      stepsTake: Duration.hours(12),
      chain: states => reportChain(states, this.reporter.function),
    });
    this.schedule = this.everyMonth(deployment, reports);
  }

  /** Reading reports, and finding them. */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    const grant = iam.Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: [this.objects(REPORTS_FOLDER)] }).combine(
      iam.Grant.addToPrincipal({
        grantee,
        actions: ['s3:ListBucket'],
        resourceArns: [this.bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': [`${this.prefix}${REPORTS_FOLDER}/*`] } },
      }),
    );
    return this.key ? grant.combine(grantKeyUse(this, grantee, this.key, 's3', 'read')) : grant;
  }

  /** Reading reports of all times, writing them without a name in them, and deleting what they were. */
  public grantErase(grantee: iam.IGrantable): iam.Grant {
    const grant = iam.Grant.addToPrincipal({
      grantee,
      actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'],
      resourceArns: [this.objects(REPORTS_FOLDER)],
    }).combine(iam.Grant.addToPrincipal({
      grantee,
      actions: ['s3:ListBucketVersions'],
      resourceArns: [this.bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': [`${this.prefix}${REPORTS_FOLDER}/*`] } },
    }));
    return this.key ? grant.combine(grantKeyUse(this, grantee, this.key, 's3')) : grant;
  }

  private objects(folder: string): string {
    return this.bucket.arnForObjects(`${this.prefix}${folder}/*`);
  }

  /** Without a log of accesses: it would need a second bucket, and data events of CloudTrail tell of them with who it was. */
  private newBucket({ encryptionKey, removalPolicy }: Deployment, { retentionDays }: ResolvedReports): s3.Bucket {
    const reports = `${this.prefix}${REPORTS_FOLDER}/`;
    return new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      removalPolicy,
      lifecycleRules: [
        {
          id: 'Reports',
          prefix: reports,
          ...(retentionDays > AT_HAND.toDays() ? { transitions: [{ storageClass: s3.StorageClass.INFREQUENT_ACCESS, transitionAfter: AT_HAND }] } : {}),
          expiration: Duration.days(retentionDays),
          noncurrentVersionExpiration: REPLACED_KEPT,
        },
        { id: 'Work', prefix: `${this.prefix}${REPORT_WORK_FOLDER}/`, expiration: WORK_KEPT, noncurrentVersionExpiration: Duration.days(1) },
        { id: 'Leftovers', abortIncompleteMultipartUploadAfter: WORK_KEPT, expiredObjectDeleteMarker: true },
      ],
    });
  }

  /** By EventBridge Scheduler, which knows time zones; a rule would be an hour off for half of the year. */
  private everyMonth({ timeZone, encryptionKey }: Deployment, { hour }: ResolvedReports): scheduler.CfnSchedule {
    const role = new iam.Role(this, 'ScheduleRole', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } } }),
      description: 'BedrockBudgeteer: starts the chargeback report',
    });
    const { stateMachine } = this.workflow;
    const { failures } = this.reporter;
    role.addToPolicy(new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachine.stateMachineArn] }));
    role.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failures.queueArn] }));
    role.addToPolicy(keyUseStatement(this, encryptionKey, 'sqs'));
    const schedule = new scheduler.CfnSchedule(this, 'Monthly', {
      description: 'BedrockBudgeteer: the chargeback report of the month before',
      scheduleExpression: `cron(0 ${hour} ${DAY_OF_MONTH} * ? *)`,
      scheduleExpressionTimezone: timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: stateMachine.stateMachineArn,
        roleArn: role.roleArn,
        input: '{}',
        deadLetterConfig: { arn: failures.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: Duration.days(1).toSeconds(), maximumRetryAttempts: 185 },
      },
    });
    // Without its rights it could not start anything.
    schedule.node.addDependency(role);
    return schedule;
  }
}
