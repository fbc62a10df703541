import * as z from 'zod/mini';
import { CoreContext } from '../evaluator';
import { plainText } from '../plain-text';

/** What an event of AgentCore's control plane is an occasion for. */
export interface AgentHint {
  readonly subject: 'runtime' | 'harness';
  readonly id: string;
  /** `look`: something about it changed that is none of these. */
  readonly action: 'create' | 'update' | 'delete' | 'look';
  /** When the call was made, epoch milliseconds. */
  readonly at: number;
  /** What the event alone knows. */
  readonly told: ToldOfAgent;
}

/** Of the request and the answer: AgentCore's answers name neither role nor name of a runtime, and nothing else names the creator. */
export interface ToldOfAgent {
  readonly name?: string;
  readonly roleArn?: string;
  readonly version?: string;
  /** Epoch milliseconds. */
  readonly updatedAt?: number;
  /** The runtime that does a harness's work. */
  readonly runtimeId?: string;
  /** Of creations alone. */
  readonly creator?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What an event comes to: something to look at, nothing, or something that cannot be understood and must be told. */
export type ReadEvent =
  | { readonly hint: AgentHint }
  | { readonly ignored: string }
  | { readonly refused: string; readonly eventId: string };

const ACTIONS: Readonly<Record<string, Pick<AgentHint, 'subject' | 'action'>>> = {
  CreateAgentRuntime: { subject: 'runtime', action: 'create' },
  UpdateAgentRuntime: { subject: 'runtime', action: 'update' },
  DeleteAgentRuntime: { subject: 'runtime', action: 'delete' },
  CreateAgentRuntimeEndpoint: { subject: 'runtime', action: 'look' },
  UpdateAgentRuntimeEndpoint: { subject: 'runtime', action: 'look' },
  DeleteAgentRuntimeEndpoint: { subject: 'runtime', action: 'look' },
  CreateHarness: { subject: 'harness', action: 'create' },
  UpdateHarness: { subject: 'harness', action: 'update' },
  DeleteHarness: { subject: 'harness', action: 'delete' },
  CreateHarnessEndpoint: { subject: 'harness', action: 'look' },
  UpdateHarnessEndpoint: { subject: 'harness', action: 'look' },
  DeleteHarnessEndpoint: { subject: 'harness', action: 'look' },
};

/** Beyond these an event names nothing that it could be looked up by. */
const MAX_ID_LENGTH = 200;

const Text = z.nullish(z.string());
const Version = z.nullish(z.union([z.string(), z.number()]));
const Instant = z.nullish(z.union([z.string(), z.number()]));
const Harness = z.nullish(z.object({
  harnessId: Text,
  environment: z.nullish(z.object({ agentCoreRuntimeEnvironment: z.nullish(z.object({ agentRuntimeId: Text })) })),
}));
const Envelope = z.object({ detail: z.object({ eventSource: z.literal('bedrock-agentcore.amazonaws.com'), eventName: z.string() }) });
const Call = z.object({
  id: Text,
  detail: z.object({
    eventID: Text,
    eventTime: Text,
    errorCode: Text,
    awsRegion: Text,
    recipientAccountId: Text,
    userIdentity: z.nullish(z.object({ arn: Text })),
    requestParameters: z.nullish(z.object({
      agentRuntimeId: Text,
      agentRuntimeName: Text,
      agentRuntimeVersion: Version,
      roleArn: Text,
      harnessId: Text,
      harnessName: Text,
      executionRoleArn: Text,
      tags: z.optional(z.unknown()),
    })),
    responseElements: z.nullish(z.object({ agentRuntimeId: Text, agentRuntimeVersion: Version, lastUpdatedAt: Instant, harness: Harness })),
  }),
});
type CallDetail = z.infer<typeof Call>['detail'];

/**
 * Reads what EventBridge delivers of CloudTrail.
 *
 * @param deliveredAt the event's time, for one that does not say when the call was made
 */
export function readControlPlaneEvent(event: unknown, deliveredAt: number, { ownAccountId, region }: Pick<CoreContext, 'ownAccountId' | 'region'>): ReadEvent {
  const envelope = Envelope.safeParse(event);
  const known = envelope.success && Object.hasOwn(ACTIONS, envelope.data.detail.eventName) ? ACTIONS[envelope.data.detail.eventName] : undefined;
  if (!envelope.success || !known) {
    return { ignored: 'the event is none of a change of a runtime or harness' };
  }
  const eventId = eventIdOf(event);
  const parsed = Call.safeParse(event);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { refused: `the event cannot be read: ${issue.path.map(String).join('.')}: ${issue.message}`, eventId };
  }
  const { detail } = parsed.data;
  if (detail.errorCode) {
    return { ignored: `the call failed (${plainText(detail.errorCode, 80)})` };
  }
  const elsewhere = (detail.recipientAccountId ?? ownAccountId) !== ownAccountId || (detail.awsRegion ?? region) !== region;
  if (elsewhere) {
    const place = plainText(`account ${detail.recipientAccountId ?? ownAccountId}, region ${detail.awsRegion ?? region}`, 100);
    return { refused: `the event is of ${place}; this deployment knows the runtimes of account ${ownAccountId}, region ${region}`, eventId };
  }
  const id = idIn(detail, known.subject);
  if (!id) {
    return { refused: `the event names no ${known.subject}; the sweep finds it where there is one`, eventId };
  }
  // A delete that names a version deletes that version alone.
  const action = known.action === 'delete' && filled(detail.requestParameters?.agentRuntimeVersion) ? 'look' : known.action;
  return {
    hint: {
      ...known, action, id: id.slice(0, MAX_ID_LENGTH), at: instantOf(detail.eventTime) ?? deliveredAt, told: toldBy(detail, known.subject, action),
    },
  };
}

function idIn({ requestParameters: request, responseElements: answer }: CallDetail, subject: AgentHint['subject']): string | undefined {
  const id = subject === 'runtime' ? answer?.agentRuntimeId ?? request?.agentRuntimeId : answer?.harness?.harnessId ?? request?.harnessId;
  return id || undefined;
}

function toldBy(detail: CallDetail, subject: AgentHint['subject'], action: AgentHint['action']): ToldOfAgent {
  const { requestParameters: request, responseElements: answer, userIdentity } = detail;
  const name = subject === 'runtime' ? request?.agentRuntimeName : request?.harnessName;
  const roleArn = subject === 'runtime' ? request?.roleArn : request?.executionRoleArn;
  const version = filled(answer?.agentRuntimeVersion) ? String(answer!.agentRuntimeVersion) : undefined;
  const updatedAt = instantOf(answer?.lastUpdatedAt);
  const runtimeId = answer?.harness?.environment?.agentCoreRuntimeEnvironment?.agentRuntimeId;
  return {
    ...(name ? { name } : {}),
    ...(roleArn ? { roleArn } : {}),
    ...(version ? { version } : {}),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(runtimeId ? { runtimeId } : {}),
    ...(action === 'create' ? { ...(userIdentity?.arn ? { creator: userIdentity.arn } : {}), ...tagsIn(request?.tags) } : {}),
  };
}

/** CloudTrail may put a text in place of what it hides. */
function tagsIn(tags: unknown): Pick<ToldOfAgent, 'tags'> {
  if (typeof tags !== 'object' || tags === null) {
    return {};
  }
  return { tags: Object.fromEntries(Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === 'string')) };
}

/** CloudTrail writes instants as ISO 8601 or as epoch seconds. */
function instantOf(value: string | number | null | undefined): number | undefined {
  const instant = typeof value === 'number' ? value * 1000 : Date.parse(value ?? '');
  return Number.isNaN(new Date(instant).getTime()) ? undefined : instant;
}

function filled(value: string | number | null | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Whatever else is wrong with an event, its id makes the report of it one report. */
function eventIdOf(event: unknown): string {
  const { id, detail } = event as { readonly id?: unknown; readonly detail: { readonly eventID?: unknown } };
  return [detail.eventID, id].find((value): value is string => typeof value === 'string' && /^[\w-]{1,64}$/.test(value)) ?? 'without-id';
}
