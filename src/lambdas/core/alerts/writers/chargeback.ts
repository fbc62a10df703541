import { EventType } from '../../../../contract';
import { EventDetail } from '../../events';
import { plainText } from '../../plain-text';
import { dollars } from '../texts';
import { steps, Writer } from './writer';

const MAX_CHARGED = 10;

/** Whom it concerns reads the sums here, and the rest in the bucket. */
export const CHARGEBACK_WRITERS = {
  [EventType.CHARGEBACK_REPORT_WRITTEN]: ({ after = {}, calls }: EventDetail) => {
    const listOf = (value: unknown) => (Array.isArray(value) ? value as readonly unknown[] : []);
    const largest = listOf(after.largest).slice(0, MAX_CHARGED).map(value => value as { readonly name?: unknown; readonly costUsd?: unknown } | null);
    const uris = Object.values((after.uris ?? {}) as object).map(uri => plainText(uri, 1_000)).filter(uri => uri.startsWith('s3://'));
    const place = consoleOf(uris[0] ?? '');
    const counted = Number.isFinite(calls) ? `${calls} ${calls === 1 ? 'call' : 'calls'}` : 'calls';
    return {
      audience: 'alerts',
      severity: 'info',
      raisable: false,
      headline: `Bedrock chargeback report of ${plainText(after.period, 40)}: ${dollars(plainText(after.totalUsd, 60))}`,
      lines: [
        `From ${plainText(after.from, 10)} to ${plainText(after.to, 10)}, ${counted} cost ${dollars(plainText(after.totalUsd, 60))} (exactly ${plainText(after.totalUsd, 60)} USD).`,
        ...largest.map(value => `- ${plainText(value?.name, 120) || 'no name'}: ${dollars(plainText(value?.costUsd, 60))}`),
        ...listOf(after.notes).slice(0, MAX_CHARGED).map(note => `Note: ${plainText(note, 500)}`),
        ...uris.map(uri => `Report: ${uri}`),
        ...(place === undefined ? [] : [`In the console: ${place}`]),
      ],
      nextSteps: Number(after.differences) > 0
        ? steps('Look into the differences between the ledger and the Budgets table that the report names before you charge anybody by it.') : [],
    };
  },
} satisfies Partial<Record<EventType, Writer>>;

/** The folder of an object in S3's console. */
function consoleOf(uri: string): string | undefined {
  const [, bucket, folder] = /^s3:\/\/([^/]+)\/(.*\/)/.exec(uri) ?? [];
  return bucket && folder ? `https://console.aws.amazon.com/s3/buckets/${encodeURIComponent(bucket)}?prefix=${encodeURIComponent(folder)}` : undefined;
}
