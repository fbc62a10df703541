import type { S3Client } from '@aws-sdk/client-s3';
import { awsFailure } from '../../aws-failure';
import { BrokenInputError } from '../../input';
import { Explainer, Outcome } from '../../invocation-logs/explainer';
import { gunzipped, LARGE_STEP_BYTES } from '../../invocation-logs/gzip';
import { linesOf } from '../../invocation-logs/lines';
import { mayHoldRecords } from '../../invocation-logs/log-files';
import { UsageError } from '../../usage-error';
import { inTurn } from './in-turn';
import { DELIVERY_MS, LogPart, LogSource, TimeRange } from './source';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** Objects are small: what takes long is to ask for them. */
const CONCURRENCY = 8;

const URL_FORM = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

/** `…/2026/03/10/11/<name>` */
const HOUR_OF_KEY = /\/(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\/[^/]+$/;

export interface BucketPrefix {
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
}

interface FoundObject {
  readonly key: string;
  readonly bytes: number;
}

/** @throws UsageError */
export function bucketOf(url: string): BucketPrefix {
  const [, bucket, prefix = ''] = URL_FORM.exec(url) ?? [];
  if (bucket === undefined) {
    throw new UsageError(`--s3 cannot be "${url.slice(0, 100)}": write s3://<bucket> or s3://<bucket>/<prefix>, where the prefix is what stands before "AWSLogs"`);
  }
  const trimmed = prefix.replace(/\/+$/, '').replace(/(^|\/)AWSLogs$/, '');
  return { bucket, prefix: trimmed === '' ? '' : `${trimmed}/` };
}

/** What Bedrock delivered to a bucket: `<prefix>/AWSLogs/<account>/BedrockModelInvocationLogs/<region>/<yyyy>/<mm>/<dd>/<hh>/<name>.json.gz`. */
export class BucketSource implements LogSource {
  public passedOver = 0;

  constructor(
    private readonly client: S3Client,
    private readonly place: BucketPrefix,
    private readonly range: TimeRange,
    private readonly explainer: Explainer,
  ) {}

  public async* read(): AsyncIterable<LogPart> {
    const { bucket, prefix } = this.place;
    try {
      const objects = await this.objects();
      const total = objects.reduce((sum, { bytes }) => sum + bytes, 0);
      let read = 0;
      for await (const { key, bytes, outcomes } of inTurn(objects, CONCURRENCY, async object => ({ ...object, outcomes: await this.outcomesOf(object.key) }))) {
        read += bytes;
        yield { origin: `s3://${bucket}/${key}`, outcomes, share: total === 0 ? 1 : read / total };
      }
    } catch (error) {
      throw awsFailure(
        error, `reading "s3://${bucket}/${prefix}"`, 's3:ListBucket on the bucket, s3:GetObject on its objects and kms:Decrypt where they are encrypted with a key',
      );
    }
  }

  /** By the hours in their keys; in the order of the keys. */
  private async objects(): Promise<readonly FoundObject[]> {
    const found: FoundObject[] = [];
    for (const root of await this.roots()) {
      for (const day of daysOf(this.range)) {
        for await (const object of this.list(`${root}${day}/`)) {
          const mayBeRead = mayHoldRecords(root, object.key.slice(root.length));
          if (mayBeRead && this.isWithin(object.key)) {
            found.push(object);
          }
          this.passedOver += Number(!mayBeRead);
        }
      }
    }
    return found;
  }

  /** `<prefix>/AWSLogs/<account>/BedrockModelInvocationLogs/<region>/` of every account and region. */
  private async roots(): Promise<readonly string[]> {
    const roots: string[] = [];
    for (const account of await this.below(`${this.place.prefix}AWSLogs/`)) {
      roots.push(...await this.below(`${account}BedrockModelInvocationLogs/`));
    }
    return roots;
  }

  private async below(prefix: string): Promise<readonly string[]> {
    const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
    const prefixes: string[] = [];
    for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client: this.client }, { Bucket: this.place.bucket, Prefix: prefix, Delimiter: '/' })) {
      prefixes.push(...CommonPrefixes.flatMap(({ Prefix }) => (Prefix === undefined ? [] : [Prefix])));
    }
    return prefixes;
  }

  private async* list(prefix: string): AsyncGenerator<FoundObject> {
    const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.client }, { Bucket: this.place.bucket, Prefix: prefix })) {
      yield* Contents.flatMap(({ Key, Size = 0 }) => (Key === undefined ? [] : [{ key: Key, bytes: Size }]));
    }
  }

  private isWithin(key: string): boolean {
    const [, year, month, day, hour] = HOUR_OF_KEY.exec(key) ?? [];
    const start = Date.parse(`${year}-${month}-${day}T${hour}:00:00Z`);
    return start + HOUR_MS > this.range.from && start < this.range.to + DELIVERY_MS;
  }

  private async outcomesOf(key: string): Promise<readonly Outcome[]> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.place.bucket, Key: key }));
    const outcomes: Outcome[] = [];
    let lastLine = 0;
    try {
      for await (const lines of linesOf(gunzipped(Body as unknown as AsyncIterable<Buffer>, LARGE_STEP_BYTES))) {
        lines.forEach(line => outcomes.push(...this.explainer.explain(line)));
        lastLine = lines.at(-1)?.number ?? lastLine;
      }
    } catch (error) {
      if (!(error instanceof BrokenInputError)) {
        throw error;
      }
      outcomes.push({ kind: 'unreadable', line: lastLine + 1, error: error.message });
    }
    return outcomes;
  }
}

/** `yyyy/mm/dd`, UTC, of all days on which objects of the range may be delivered. */
function daysOf({ from, to }: TimeRange): readonly string[] {
  const days: string[] = [];
  for (let day = Math.floor(from / DAY_MS) * DAY_MS; day < to + DELIVERY_MS; day += DAY_MS) {
    days.push(new Date(day).toISOString().slice(0, 10).replaceAll('-', '/'));
  }
  return days;
}
