import { createHmac } from 'node:crypto';
import { Alert } from '../alert';

/** What a receiver of webhooks parses; raised where a field goes or changes its meaning. */
const PAYLOAD_VERSION = '1';

/** A message to a webhook. EventBridge writes JSON anew, so the payload travels as a text: its signature holds for exactly these characters. */
export interface WebhookDelivery {
  /** JSON of the alert. */
  readonly payload: string;
  /** `t=<seconds since 1970>,v1=<hex>`, as it also stands in the header. */
  readonly signature: string;
}

export function webhookPayloadOf(alert: Alert): string {
  const { eventId, whatNext, ...rest } = alert;
  return JSON.stringify({ version: PAYLOAD_VERSION, id: eventId, ...rest, ...(whatNext === undefined ? {} : { whatNext }) });
}

/**
 * Signs a payload: HMAC-SHA256 over the time, a dot and the payload.
 *
 * @param at epoch milliseconds
 */
export function signed(payload: string, secret: string, at: number): WebhookDelivery {
  const time = Math.floor(at / 1000);
  return { payload, signature: `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${payload}`, 'utf8').digest('hex')}` };
}
