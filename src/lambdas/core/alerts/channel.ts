import * as z from 'zod/mini';
import { AUDIENCES, SEVERITIES } from './alert';
import { Route } from './routing';

/** Where an invocation of the notifier takes an alert to, and which alerts are heard there. */
export type Channel = Route & (
  | { readonly kind: 'text' | 'short' | 'slack' | 'teams' | 'json'; readonly topicArn: string }
  | { readonly kind: 'webhook'; readonly channelId: string; readonly secretArn: string; readonly eventBus: string }
);

/** Thrown for a channel that no rule of ours names. */
export class ChannelError extends Error {
  public readonly name = 'ChannelError';
}

const RouteShape = {
  audience: z.optional(z.enum(AUDIENCES)),
  minimumSeverity: z.optional(z.enum(SEVERITIES)),
  labels: z.optional(z.record(z.string(), z.array(z.string()))),
};
const Text = z.string().check(z.minLength(1));

const ChannelShape = z.union([
  z.object({ ...RouteShape, kind: z.enum(['text', 'short', 'slack', 'teams', 'json']), topicArn: Text }),
  z.object({ ...RouteShape, kind: z.literal('webhook'), channelId: Text, secretArn: Text, eventBus: Text }),
]);

/** @throws ChannelError */
export function channelOf(value: unknown): Channel {
  const parsed = ChannelShape.safeParse(value);
  if (!parsed.success) {
    throw new ChannelError('the event names no channel that is known: is it a rule of another version?');
  }
  return parsed.data;
}
