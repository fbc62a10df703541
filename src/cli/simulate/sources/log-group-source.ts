import type { CloudWatchLogsClient, FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { awsFailure } from '../../aws-failure';
import { Explainer } from '../../invocation-logs/explainer';
import { DELIVERY_MS, LogPart, LogSource, TimeRange } from './source';

/** All of Bedrock's records are in one stream of this name. */
const STREAM = 'aws/bedrock/modelinvocations';

/** Requests under way at once: each waits for its page, and CloudWatch Logs throttles by account. */
const CONCURRENCY = 4;

/** More slices than requests at once, so that a busy hour does not keep the others waiting. */
const SLICES = 64;
const SHORTEST_SLICE_MS = 60_000;

interface PageRequest {
  readonly slice: TimeRange;
  readonly nextToken?: string;
}

interface PageAnswer {
  readonly request: PageRequest;
  readonly events: readonly FilteredLogEvent[];
  readonly nextToken?: string;
}

interface Page {
  readonly events: readonly FilteredLogEvent[];
  /** What of the range is read with this page, in milliseconds. */
  readonly done: number;
}

/** A log group of CloudWatch Logs, read in slices of time, several at once. */
export class LogGroupSource implements LogSource {
  /** All of a log group is records. */
  public readonly passedOver = 0;
  /** Of the log, not of the calls. */
  private readonly range: TimeRange;

  constructor(
    private readonly client: CloudWatchLogsClient,
    private readonly logGroup: string,
    { from, to }: TimeRange,
    private readonly explainer: Explainer,
  ) {
    this.range = { from, to: to + DELIVERY_MS };
  }

  public async* read(): AsyncIterable<LogPart> {
    const { from, to } = this.range;
    let number = 0;
    let done = 0;
    try {
      for await (const page of this.pages()) {
        done += page.done;
        const outcomes = page.events.flatMap(({ message = '', timestamp: loggedAt }) => {
          number += 1;
          return this.explainer.explainMessage(number, { message, ...(loggedAt === undefined ? {} : { loggedAt }) });
        });
        yield { origin: `log group ${this.logGroup}`, outcomes, share: done / (to - from) };
      }
    } catch (error) {
      throw awsFailure(error, `reading the log group "${this.logGroup}"`, 'logs:FilterLogEvents on it');
    }
  }

  /** Pages of all slices as they come: what is read is sorted afterwards. */
  private async* pages(): AsyncGenerator<Page> {
    const waiting: PageRequest[] = slicesOf(this.range).map(slice => ({ slice }));
    const underWay = new Map<PageRequest, Promise<PageAnswer>>();
    for (;;) {
      while (underWay.size < CONCURRENCY && waiting.length > 0) {
        const request = waiting.shift()!;
        const answer = this.page(request);
        // Whichever fails first is heard of; the others are not waited for then.
        answer.catch(() => undefined);
        underWay.set(request, answer);
      }
      if (underWay.size === 0) {
        return;
      }
      const { request, events, nextToken } = await Promise.race(underWay.values());
      underWay.delete(request);
      if (nextToken !== undefined) {
        waiting.unshift({ ...request, nextToken });
      }
      yield { events, done: nextToken === undefined ? request.slice.to - request.slice.from : 0 };
    }
  }

  private async page(request: PageRequest): Promise<PageAnswer> {
    const { slice: { from, to }, nextToken } = request;
    const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const answer = await this.client.send(new FilterLogEventsCommand({
      logGroupName: this.logGroup,
      logStreamNames: [STREAM],
      startTime: from,
      // The end is a part of the range here.
      endTime: to - 1,
      ...(nextToken === undefined ? {} : { nextToken }),
    }));
    return { request, events: answer.events ?? [], ...(answer.nextToken === undefined ? {} : { nextToken: answer.nextToken }) };
  }
}

function slicesOf({ from, to }: TimeRange): readonly TimeRange[] {
  const length = Math.max(SHORTEST_SLICE_MS, Math.ceil((to - from) / SLICES));
  const slices: TimeRange[] = [];
  for (let start = from; start < to; start += length) {
    slices.push({ from: start, to: Math.min(to, start + length) });
  }
  return slices;
}
