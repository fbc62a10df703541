import * as z from 'zod/mini';
import { decideLogging, LogDestination, LoggingActions, LoggingConfiguration, LoggingSituation } from './logging-configuration';
import { Log } from './ports';

/** Bedrock's logging configuration. */
export interface LoggingControl {
  read(): Promise<LoggingConfiguration | undefined>;
  /** @throws DestinationRefusedError where Bedrock may not write to the destination, or not yet */
  put(configuration: LoggingConfiguration): Promise<void>;
  delete(): Promise<void>;
}

/** Where the configuration of somebody else is kept until it is put back. */
export interface LoggingMemory {
  recall(): Promise<LoggingConfiguration | undefined>;
  remember(configuration: LoggingConfiguration): Promise<void>;
  forget(): Promise<void>;
}

/** Thrown by `LoggingControl` where Bedrock tried the destination and failed. */
export class DestinationRefusedError extends Error {
  public readonly name = 'DestinationRefusedError';
}

/** Thrown where a remembered configuration cannot be put back. */
export class LoggingNotRestoredError extends Error {
  public readonly name = 'LoggingNotRestoredError';
}

export interface LoggingPorts {
  readonly control: LoggingControl;
  readonly memory: LoggingMemory;
  readonly log: Log;
  /** Waits for some milliseconds. */
  pause(milliseconds: number): Promise<unknown>;
}

/** A new role takes a while to be known everywhere: two minutes in all. */
const PROPAGATION_WAITS_MS = [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000];

const DestinationShape = z.object({ logGroupName: z.string().check(z.minLength(1)), roleArn: z.string().check(z.minLength(1)) });
const AdoptionShape = z.object({ adoptExisting: z.nullish(z.string()) });

/** Reads the properties of the custom resource. */
export function readLoggingProperties(properties: unknown): { readonly ours: LogDestination; readonly adoptExisting: boolean } {
  return { ours: DestinationShape.parse(properties), adoptExisting: AdoptionShape.parse(properties).adoptExisting === 'true' };
}

/** The destination of an earlier version of the resource, where it can be read. */
export function readFormerDestination(properties: unknown): LogDestination | undefined {
  const parsed = DestinationShape.safeParse(properties);
  return parsed.success ? parsed.data : undefined;
}

/** Switches logging on, over, or back. @returns what was done */
export async function switchLogging(wish: Omit<LoggingSituation, 'current' | 'remembered'>, ports: LoggingPorts): Promise<LoggingActions> {
  const { control, memory, log } = ports;
  const actions = decideLogging({
    ...wish,
    ...optional('current', await control.read()),
    ...optional('remembered', wish.requestType === 'Delete' ? await memory.recall() : undefined),
  });
  log.info('model-invocation logging', { requestType: wish.requestType, because: actions.because });
  if (actions.remember) {
    // Before anything is changed: what is not remembered could not be put back.
    await memory.remember(actions.remember);
  }
  if (actions.put) {
    await put(actions.put, wish.requestType, ports);
  }
  if (actions.delete) {
    await control.delete();
  }
  if (actions.forget) {
    await memory.forget();
  }
  return actions;
}

async function put(configuration: LoggingConfiguration, requestType: LoggingSituation['requestType'], { control, log, pause }: LoggingPorts): Promise<void> {
  // What was there before has had its role for long: it is either accepted, or never will be.
  const waits = requestType === 'Delete' ? [] : PROPAGATION_WAITS_MS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await control.put(configuration);
    } catch (error) {
      if (!(error instanceof DestinationRefusedError)) {
        throw error;
      }
      if (attempt >= waits.length) {
        throw requestType === 'Delete' ? notRestored(error) : error;
      }
      log.info('Bedrock may not write to the log group yet', { attempt: attempt + 1 });
      await pause(waits[attempt]);
    }
  }
}

function notRestored(cause: DestinationRefusedError): LoggingNotRestoredError {
  return new LoggingNotRestoredError([
    `the model-invocation logging that was there before this stack cannot be put back: ${cause.message}.`,
    'Mend its destination and delete the stack again, or delete the SSM parameter that remembers it and then the stack, which leaves logging off.',
  ].join(' '), { cause });
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V };
}
