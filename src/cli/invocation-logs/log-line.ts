import { isObject } from '../../lambdas/core/record-body';

/** A line of the invocation log as Bedrock wrote it. */
export interface LoggedMessage {
  readonly message: string;
  /** When it was logged, epoch milliseconds, where that is known. */
  readonly loggedAt?: number;
}

/**
 * CloudWatch's time in front of the message, as exports to S3 have it. `aws logs tail` writes the name of the stream behind the time: all of
 * Bedrock's records are in one that is always called so.
 */
const WITH_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2}))\s+(?:aws\/bedrock\/modelinvocations\s+)?(.*)$/s;

/** CloudWatch tests destinations of subscriptions with batches of this type. */
const CONTROL_MESSAGE = 'CONTROL_MESSAGE';

/** Logs Insights leaves out that its times are UTC. */
const INSIGHTS_TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/;

/** The message of a line, without the time that an export puts in front of it. */
export function messageOf(line: string): LoggedMessage {
  const [, time, message] = WITH_TIME.exec(line) ?? [];
  return time === undefined ? { message: line } : { message, loggedAt: instantOf(time) };
}

/**
 * The messages in a JSON text that is not a record itself: a log event of CloudWatch Logs or Logs Insights, a batch of a subscription
 * (`logEvents`), an answer of the API (`events`), or an array of any of them.
 *
 * @returns `undefined` where it is none of these
 */
export function messagesWithin(json: string): readonly LoggedMessage[] | undefined {
  const value: unknown = JSON.parse(json);
  if (Array.isArray(value)) {
    return value.map(eventOrRecord);
  }
  if (!isObject(value)) {
    return undefined;
  }
  const events = value.logEvents ?? value.events;
  if (Array.isArray(events)) {
    return value.messageType === CONTROL_MESSAGE ? [] : events.map(eventOrRecord);
  }
  const event = eventOf(value);
  return event && [event];
}

function eventOrRecord(value: unknown): LoggedMessage {
  return (isObject(value) ? eventOf(value) : undefined) ?? { message: JSON.stringify(value) };
}

function eventOf(value: Readonly<Record<string, unknown>>): LoggedMessage | undefined {
  const message = value.message ?? value['@message'];
  const loggedAt = instantOf(value.timestamp ?? value['@timestamp']);
  if (typeof message === 'string') {
    return { message, loggedAt };
  }
  // The console of Logs Insights exports messages as the objects that they are.
  return isObject(message) ? { message: JSON.stringify(message), loggedAt } : undefined;
}

function instantOf(time: unknown): number | undefined {
  const instant = typeof time === 'string' ? Date.parse(time.replace(INSIGHTS_TIME, '$1T$2Z')) : time;
  return typeof instant === 'number' && Number.isFinite(instant) ? instant : undefined;
}
