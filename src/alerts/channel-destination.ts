import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AlertFormat } from './alert-format';

/** Where a channel leads. The identity tells it from others of its kind. */
export type ChannelDestination = { readonly identity: string } & (
  | { readonly kind: 'email'; readonly address: string }
  | { readonly kind: 'sms'; readonly phoneNumber: string }
  | { readonly kind: 'topic'; readonly topic: sns.ITopic; readonly format: AlertFormat }
  | { readonly kind: 'slack'; readonly workspaceId: string; readonly channelId: string }
  | { readonly kind: 'teams'; readonly teamId: string; readonly tenantId: string; readonly channelId: string }
  | {
    readonly kind: 'webhook';
    readonly url: string;
    readonly signingSecret: secretsmanager.ISecret;
    readonly authorization?: events.Authorization;
    readonly rateLimitPerSecond: number;
    readonly retryFor: Duration;
  }
);
