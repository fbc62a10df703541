import { randomUUID } from 'node:crypto';
import { CallRecord, logLine } from '../../../demo/fixture/records';
import { LogLine } from '../../deployed/deployed-budgeteer';

/** The notice that Bedrock writes into the log group when logging is switched on: no record, and no mistake either. */
export const ENABLED_NOTICE = 'Permissions are correctly set for Amazon Bedrock logs.';

/** At $3.20 per million tokens, a dollar is a whole number of tokens, and a cent is, too. */
const MODEL = 'us.amazon.nova-pro-v1:0';
const TOKENS_PER_CENT = 3_125;

/** A call, whoever makes it; it has a new id where it is given none. */
export type Call = Omit<CallRecord, 'account' | 'region' | 'requestId' | 'identityArn'> & { readonly requestId?: string };

/** A call that costs exactly so many dollars. */
export function callCosting(dollars: string): Call {
  const cents = Math.round(Number(dollars) * 100);
  if (!/^\d+(\.\d{1,2})?$/.test(dollars) || cents === 0) {
    throw new Error(`a call cannot cost $${dollars}: write whole cents`);
  }
  return { operation: 'Converse', modelId: MODEL, inputTokens: 0, outputTokens: cents * TOKENS_PER_CENT };
}

/** A line as Bedrock logs it. */
export function lineOf(call: Call, who: { readonly identityArn: string; readonly account: string; readonly region: string }, at: Date): LogLine {
  // Bedrock's clock has no milliseconds.
  const timestamp = at.toISOString().replace(/\.\d{3}Z$/, 'Z');
  return { message: logLine({ requestId: randomUUID(), ...who, ...call }, timestamp) };
}
