import { Acknowledgement } from './acknowledgement';

const NIST = 'NIST.800.53.R5';
const HIPAA = 'HIPAA.Security';
const PCI = 'PCI.DSS.321';

const FUNCTIONS = ['**/Function'];
const REPORTS_BUCKET = ['Reports/Bucket'];

/**
 * Every finding of the rule packs on this construct but for wildcards, which are in `acknowledged-wildcards.ts`: where it is, and why it is as it should be.
 *
 * What can be put right is put right instead.
 */
export const ACKNOWLEDGED_FINDINGS: readonly Acknowledgement[] = [
  {
    rules: ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'],
    at: ['**/Failures', '**/Undelivered', 'Metering/UnreadableRecords', 'Decisions/EvaluationFailures'],
    reason: 'This queue is itself where failures end: functions, event rules, schedules and the stream of budgets send to it what they could not process. cdk-nag'
      + ' recognizes a dead-letter queue only by the redrive policy of another queue or the DeadLetterConfig of a function. Messages are kept encrypted for 14 days, an'
      + ' alarm tells of the first one, and they are looked at and processed again with `budgeteer dead-letters`. A second queue behind it would hide them.',
  },
  {
    rules: ['Serverless-SNSRedrivePolicy'],
    at: ['Announcements/Alerts/*', 'Announcements/Operations/*', 'Announcements/Channels/*/Topic/*'],
    type: 'AWS::SNS::Subscription',
    reason: 'The subscriber is a person, by mail or text message. A message that could not be delivered raises the alarm `alert-delivery-failures`, and what it told is in'
      + ' the audit table; nobody would send it again from a queue hours later, when it is no longer true.',
  },
  {
    rules: ['Serverless-LambdaDLQ', `${NIST}-LambdaDLQ`, `${HIPAA}-LambdaDLQ`],
    at: FUNCTIONS,
    reason: 'The function has an on-failure destination in place of a dead-letter queue: an encrypted SQS queue, which gets each event that still fails after two'
      + ' retries, together with the error and the context of the request. The rule looks at DeadLetterConfig alone; with both, every failure would be kept twice.',
  },
  {
    rules: ['AwsSolutions-L1', 'Serverless-LambdaLatestVersion'],
    at: FUNCTIONS,
    reason: 'Handlers are bundled for Node.js 22 and tested on it, a long-term support release for which Lambda installs security patches by itself. The rule asks for'
      + ' the newest runtime that the CDK in use knows, which may be newer than the published bundle. Code and runtime change together, with a release of this package.',
  },
  {
    rules: ['Serverless-LambdaTracing'],
    at: FUNCTIONS,
    unless: 'tracing',
    reason: 'Tracing is off unless the prop `tracing` is true: traces are billed, and sending them takes a right on every resource. What a function did is told by'
      + ' structured logs with the id of the request, by metrics and alarms, and every change of a budget or of IAM by an event and a row of the audit table.',
  },
  {
    rules: ['AwsSolutions-SF2', 'Serverless-StepFunctionStateMachineXray'],
    at: ['**/StateMachine'],
    unless: 'tracing',
    reason: 'Tracing is off unless the prop `tracing` is true. Every step of an execution is kept without it: in the history of Step Functions for 90 days, and with'
      + ' the log level ALL in an encrypted log group of the workflow itself, for as long as `logRetention` says.',
  },
  {
    rules: [`${NIST}-DynamoDBInBackupPlan`, `${HIPAA}-DynamoDBInBackupPlan`],
    at: ['Storage/Budgets', 'Storage/Ledger', 'Storage/Audit', 'Enforcement/PolicyBackups/Backups'],
    reason: 'The table is backed up continuously: point-in-time recovery restores every second of the last 35 days. By default it is protected against deletion and'
      + ' outlives the stack. Whether there are copies in a vault or another account as well is for the backup plan of the organization, which can select the table by'
      + ' its tag App=bedrock-budgeteer; the rule sees plans of the same stack alone, and none that goes by tags.',
  },
  {
    rules: [`${NIST}-DynamoDBInBackupPlan`, `${HIPAA}-DynamoDBInBackupPlan`],
    at: ['Storage/Prices'],
    reason: 'The table holds what was read from the public AWS Price List and notes about it. If it is lost it is filled again within the hour, and calls are priced by'
      + ' the catalog of the package meanwhile. Point-in-time recovery is on all the same.',
  },
  {
    rules: [`${NIST}-IAMNoInlinePolicy`, `${HIPAA}-IAMNoInlinePolicy`, `${PCI}-IAMNoInlinePolicy`],
    at: ['**/Role/DefaultPolicy', '*/ScheduleRole/DefaultPolicy', '**/EventsRole/DefaultPolicy'],
    reason: 'The policy is that of one role, which one function, workflow, schedule or rule has, and it goes with it. An inline policy keeps this relation strict: it'
      + ' cannot be attached to anything else, where a managed policy with the same rights could be. No user and no group has any, and no role has a policy of AWS.',
  },
  {
    rules: [`${NIST}-IAMNoInlinePolicy`, `${HIPAA}-IAMNoInlinePolicy`, `${PCI}-IAMNoInlinePolicy`],
    at: ['Metering/InvocationLogs/BedrockRole'],
    reason: 'Bedrock alone can assume the role, for this account, and may write to one stream of one log group. The right is part of the role, since Bedrock tries it'
      + ' out at the moment at which logging is switched on: with a policy beside the role the deployment could fail.',
  },
  {
    rules: [`${NIST}-IAMNoInlinePolicy`, `${HIPAA}-IAMNoInlinePolicy`, `${PCI}-IAMNoInlinePolicy`],
    at: ['MantleGuard/MayAttach'],
    reason: 'The right of the mantle-guard to attach its one deny policy is apart from its other rights, so that it is taken away first when the guard is removed:'
      + ' nobody is restricted any more while everybody is let go. As an inline policy it belongs to that role and to no other.',
  },
  {
    rules: [`${NIST}-LambdaConcurrency`, `${HIPAA}-LambdaConcurrency`],
    at: FUNCTIONS,
    reason: 'Concurrency that is reserved here is taken from all other functions of the account, and cannot be reserved at all where the account has the quota of a new'
      + ' one. A limit that is reached would delay what the function is for: metering and suspension. Functions are started by schedules, by events, by one'
      + ' stream and one log; the only URL takes signed requests alone. Throttles of the meter raise an alarm.',
  },
  {
    rules: [`${NIST}-LambdaInsideVPC`, `${HIPAA}-LambdaInsideVPC`, `${PCI}-LambdaInsideVPC`],
    at: FUNCTIONS,
    reason: 'The function uses nothing that is in a VPC. It calls APIs of AWS alone, over TLS with signed requests, some of them global (IAM), and nothing can connect to'
      + ' it: Lambda runs it in a VPC of AWS without a way in. A VPC of the user would add a way out that has to be kept open, whose failure would end metering'
      + ' and enforcement, and no boundary that IAM does not draw already.',
  },
  {
    rules: ['AwsSolutions-S1', `${NIST}-S3BucketLoggingEnabled`, `${HIPAA}-S3BucketLoggingEnabled`, `${PCI}-S3BucketLoggingEnabled`],
    at: REPORTS_BUCKET,
    reason: 'A log of accesses would need a second bucket, to be kept, paid for and emptied like this one. Data events of CloudTrail tell who read which report, by identity and without'
      + ' loss, where server access logs are delivered on a best-effort basis. Where access logs are required all the same, `reports.bucket` takes a bucket that has them.',
  },
  {
    rules: [`${NIST}-S3BucketReplicationEnabled`, `${HIPAA}-S3BucketReplicationEnabled`, `${PCI}-S3BucketReplicationEnabled`],
    at: REPORTS_BUCKET,
    reason: 'Reports are made from the ledger, and can be made again with `budgeteer report` for as long as the ledger has the month. Versions that were replaced or'
      + ' deleted stay for 90 days. Whether names and costs may be copied to another region is for their owner to decide: `reports.bucket` takes a bucket that is replicated.',
  },
];
