import { isIP } from 'node:net';
import { Duration, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { checkWholeSeconds } from '../validation/durations';
import { checkEmailAddresses, checkLabels } from '../validation/names';
import { checkWhole } from '../validation/numbers';
import { BudgeteerValidationError, quoted, shown } from '../validation/problem';
import { checkList, checkOneOf } from '../validation/shapes';
import { AlertChannel } from './alert-channel';
import { AlertFormat } from './alert-format';
import { AlertAudience, AlertRouting, AlertSeverity } from './alert-routing';
import { ChannelDestination } from './channel-destination';

/** Each is a rule and up to eight resources, of which a stack has 500, and a part of what the notifier may do. */
const MAX_CHANNELS = 30;

/** A slip of the keyboard here means that somebody is not told: it must be found before the deployment. */
export function checkChannels(scope: IConstruct, channels: readonly AlertChannel[]): void {
  checkList(scope, 'alertChannels', channels, 'put the channel into brackets');
  if (channels.length > MAX_CHANNELS) {
    throw new BudgeteerValidationError(scope, {
      prop: 'alertChannels',
      given: `${channels.length} channels`,
      allowed: `at most ${MAX_CHANNELS}`,
      remedy: 'subscribe several addresses to a topic of yours, and make that one channel: AlertChannel.topic(...)',
    });
  }
  const known = new Map<string, number>();
  for (const [index, channel] of channels.entries()) {
    const prop = `alertChannels[${index}]`;
    if (!(channel as AlertChannel | undefined)?._destination) {
      throw new BudgeteerValidationError(scope, {
        prop, given: shown(channel), allowed: 'what the functions of AlertChannel return', remedy: 'write such as AlertChannel.email("team@example.com")',
      });
    }
    checkDestination(scope, prop, channel._destination);
    checkRouting(scope, prop, channel._routing);
    const key = identityOf(channel);
    const first = known.get(key);
    if (first !== undefined) {
      throw new BudgeteerValidationError(scope, {
        prop,
        given: `the same as alertChannels[${first}]`,
        allowed: 'each channel once',
        remedy: 'take it out, or have one channel hear what both do: everything would be told twice',
      });
    }
    known.set(key, index);
  }
}

/** A chat channel has one configuration; other destinations may appear with different routing. */
function identityOf({ _destination: { kind, identity }, _routing: routing }: AlertChannel): string {
  return JSON.stringify(kind === 'slack' || kind === 'teams' ? [kind, identity] : [kind, identity, routing]);
}

function checkRouting(scope: IConstruct, prop: string, { audience, minimumSeverity, labels }: AlertRouting): void {
  if (audience !== undefined) {
    checkOneOf(scope, `${prop}.audience`, audience, Object.values(AlertAudience));
  }
  if (minimumSeverity !== undefined) {
    checkOneOf(scope, `${prop}.minimumSeverity`, minimumSeverity, Object.values(AlertSeverity));
  }
  if (labels !== undefined) {
    checkWantedLabels(scope, `${prop}.labels`, labels);
  }
}

const MAX_VALUES = 20;

/** They stand in a template of a rule, of which EventBridge takes 8,192 characters; names of topics and secrets need the rest. */
const MAX_LABELS_LENGTH = 6_000;

function checkWantedLabels(scope: IConstruct, prop: string, labels: { readonly [key: string]: string[] }): void {
  const entries = Object.entries(labels);
  if (entries.length === 0 || entries.some(([, values]) => !Array.isArray(values) || values.length === 0 || values.length > MAX_VALUES)) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: entries.length === 0 ? 'empty' : `without values, or with more than ${MAX_VALUES}, for a label`,
      allowed: `at least one label, each with 1 to ${MAX_VALUES} values`,
      remedy: 'write such as { team: ["search"] }, or leave labels out to hear of everybody',
    });
  }
  const length = JSON.stringify(labels).length;
  if (length > MAX_LABELS_LENGTH) {
    throw new BudgeteerValidationError(scope, {
      prop,
      given: `${length} characters long as JSON`,
      allowed: `at most ${MAX_LABELS_LENGTH}`,
      remedy: 'name fewer labels, or make a channel for each part of them',
    });
  }
  for (const [key, values] of entries) {
    for (const value of values) {
      checkLabels(scope, prop, { [key]: value });
      // They stand in a template of EventBridge, in which these have a meaning of their own.
      if (/[<>"\\]/.test(`${key}${Token.isUnresolved(value) ? '' : value}`)) {
        throw new BudgeteerValidationError(scope, {
          prop, given: quoted(`${key}=${value}`), allowed: 'labels without < > " and \\', remedy: 'give the label of the budget another name, such as one of letters, digits and hyphens',
        });
      }
    }
  }
}

function checkDestination(scope: IConstruct, prop: string, destination: ChannelDestination): void {
  switch (destination.kind) {
    case 'email':
      return checkEmailAddresses(scope, prop, [destination.address]);
    case 'sms':
      return checkForm(scope, prop, destination.phoneNumber, /^\+[1-9]\d{6,14}$/, 'a phone number in the form E.164', 'write it with + and country code, without spaces, such as "+4915112345678"');
    case 'topic':
      // Its messages would need a group, and mails do not come from it.
      if (destination.topic.fifo) {
        throw new BudgeteerValidationError(scope, {
          prop, given: 'a FIFO topic', allowed: 'a standard topic', remedy: 'give a topic without fifo: no message could be published to this one',
        });
      }
      return checkOneOf(scope, `${prop}.format`, destination.format, Object.values(AlertFormat));
    case 'slack':
      checkForm(scope, `${prop}.workspaceId`, destination.workspaceId, /^[0-9A-Z]{1,255}$/, 'the id of a Slack workspace', 'copy it from the console of Amazon Q Developer: it looks like "T012AB3CDE"');
      return checkForm(scope, `${prop}.channelId`, destination.channelId, /^[0-9A-Z]{1,255}$/, 'the id of a Slack channel', 'take the end of the channel\'s link, such as "C012AB3CDE", not its name');
    case 'teams':
      checkForm(scope, `${prop}.teamId`, destination.teamId, UUID, 'the id of a team, a UUID', 'take groupId= of the channel\'s link');
      checkForm(scope, `${prop}.tenantId`, destination.tenantId, UUID, 'the id of a tenant, a UUID', 'take tenantId= of the channel\'s link');
      return checkForm(scope, `${prop}.channelId`, teamsChannelId(destination.channelId), TEAMS_CHANNEL, 'the id of a channel of Microsoft Teams', 'take the part of the channel\'s link that ends in "@thread.tacv2"');
    case 'webhook':
      checkWebhookUrl(scope, `${prop}.url`, destination.url);
      checkWhole(scope, `${prop}.rateLimitPerSecond`, destination.rateLimitPerSecond, 1, 300);
      checkWholeSeconds(scope, `${prop}.retryFor`, destination.retryFor, Duration.minutes(1), Duration.hours(24));
      if (!(destination.signingSecret as { readonly secretArn?: string } | undefined)?.secretArn) {
        throw new BudgeteerValidationError(scope, {
          prop: `${prop}.signingSecret`,
          given: shown(destination.signingSecret),
          allowed: 'a secret of AWS Secrets Manager',
          remedy: 'give such as new Secret(this, "Webhook"): receivers tell by it whom a message is from',
        });
      }
  }
}

const UUID = /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;
const TEAMS_CHANNEL = /^[\w=+/.,-]+%3[aA][\w=+/.,-]+%40[\w=+/.,-]+$/;

/** As the API takes it: percent-encoded, which it is in a link and not in the application. */
export function teamsChannelId(channelId: string): string {
  return Token.isUnresolved(channelId) || channelId.includes('%') ? channelId : encodeURIComponent(channelId);
}

function checkForm(scope: IConstruct, prop: string, given: string, form: RegExp, allowed: string, remedy: string): void {
  if (!Token.isUnresolved(given) && !form.test(given)) {
    throw new BudgeteerValidationError(scope, { prop, given: shown(given), allowed, remedy });
  }
}

/** What a browser would put right is not: EventBridge takes the text as it is. An asterisk in it stands for a part that it would have to be given. */
const WEBHOOK_URL = /^https:\/\/(?:\[[\da-fA-F:.]+\]|[\w.-]+)(?::\d+)?(?:[/?](?:%[\da-fA-F]{2}|[-().!~';/?:@&=+$,\w])*)?$/;

/** EventBridge reaches public hosts alone, and must not be talked into others. */
function checkWebhookUrl(scope: IConstruct, prop: string, given: string): void {
  if (Token.isUnresolved(given)) {
    return;
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const problem = url === undefined || url.protocol !== 'https:' ? 'no https URL'
    : url.username || url.password ? 'a URL with credentials'
      : url.hash || given.length > 2048 ? 'a URL with a fragment, or of more than 2,048 characters'
        : isPrivateHost(url.hostname) ? 'a URL of a private host'
          : WEBHOOK_URL.test(given) ? undefined : 'a URL that EventBridge does not take as it is written';
  if (problem) {
    throw new BudgeteerValidationError(scope, {
      prop,
      // What stands in a URL beyond its host may be a secret.
      given: `${problem} (${url ? `host ${quoted(url.hostname)}` : 'unreadable'})`,
      allowed: 'an https URL of a public host',
      remedy: 'give such as "https://alerts.example.com/bedrock": small letters in https, a host of ASCII letters (Punycode), no spaces and wildcards, and credentials by authorization',
    });
  }
}

const PRIVATE_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15],
  ['224.0.0.0', 3],
];

function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '').toLowerCase();
  switch (isIP(host)) {
    case 4:
      return PRIVATE_IPV4.some(([network, bits]) => networkOf(host, bits) === networkOf(network, bits));
    case 6:
      // Only 2000::/3 is public; what is mapped from IPv4 begins with zeros.
      return !/^[23][0-9a-f]{3}:/.test(host) || host.startsWith('2002:');
    default:
      return !host.includes('.') || /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home\.arpa)$/.test(host);
  }
}

/** The first bits of an IPv4 address, as a number. */
function networkOf(address: string, bits: number): number {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return Math.floor(number / 2 ** (32 - bits));
}
