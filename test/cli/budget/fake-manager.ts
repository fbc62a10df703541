import { createHash } from 'node:crypto';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { refusal, Secret } from './signature';

/** budget-manager of docs/administration.md, in memory, behind HTTP and SigV4. */

export const SECRET: Secret = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: 'token/with+signs==' };
export const SIGNED_REGION = 'eu-central-1';

export interface FakeBudget {
  principalId: string;
  kind: string;
  status: string;
  statusSince?: string;
  reason?: string;
  enforcement: string;
  labels: Record<string, string>;
  windows: Record<string, string>[];
  limits?: { limitUsd: string; period: string; anchorDay?: string }[];
  thresholds: { warningPercent: string; criticalPercent: string; own: boolean };
  topUps: Record<string, string>[];
  exemption?: Record<string, string>;
  hold?: Record<string, string>;
  [other: string]: unknown;
}

export interface ReceivedRequest {
  readonly operation: string;
  readonly [argument: string]: any;
}

/** What happens to a request in place of an answer. */
export type Fault =
  | { readonly status: number; readonly body?: string; readonly location?: string }
  /** The connection breaks before the request is looked at. */
  | 'dropped'
  /** The request is carried out, but nobody hears of it. */
  | 'answer lost';

const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  getBudget: ['principalId'],
  listBudgets: ['kind', 'status', 'label', 'minSharePercent', 'maxSharePercent', 'limit', 'nextToken'],
  getHistory: ['principalId', 'limit', 'nextToken'],
  setBudget: ['principalId', 'limits', 'labels', 'enforcement', 'reason'],
  removeBudget: ['principalId', 'reason'],
  topUp: ['principalId', 'amountUsd', 'expiresAt', 'reason'],
  exempt: ['principalId', 'until', 'reason'],
  endExemption: ['principalId', 'reason'],
  suspend: ['principalId', 'reason'],
  restore: ['principalId', 'reason'],
  setThresholds: ['principalId', 'warningPercent', 'criticalPercent', 'reason'],
};
const READS = ['getBudget', 'listBudgets', 'getHistory'];
const OF_CHANGES = ['ifVersion', 'idempotencyKey', 'dryRun'];
const DEFAULT_THRESHOLDS = { warningPercent: '70', criticalPercent: '90', own: false };

class Refusal extends Error {
  constructor(public readonly status: number, public readonly code: string, message: string, public readonly field?: string) {
    super(message);
  }
}

export class FakeManager {
  public readonly budgets = new Map<string, FakeBudget>();
  /** Items that somebody broke by hand, with what is wrong with each. */
  public readonly unreadable = new Map<string, string>();
  public readonly events = new Map<string, Record<string, unknown>[]>();
  /** Of the next requests, in their order. */
  public readonly faults: (Fault | undefined)[] = [];
  /** All that were signed rightly, also those that a fault befell. */
  public readonly requests: ReceivedRequest[] = [];
  public pageSize = 100;
  /** Milliseconds before each answer. */
  public delay = 0;
  /** Whose budget nobody but others may change. */
  public caller?: string;
  /** Called with each request, before it is looked at. */
  public onRequest?: (request: ReceivedRequest) => void;
  private readonly answered = new Map<string, { readonly request: string }>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  public async start(): Promise<void> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  public reset(): void {
    for (const memory of [this.budgets, this.unreadable, this.events, this.answered]) memory.clear();
    this.faults.length = 0;
    this.requests.length = 0;
    this.pageSize = 100;
    this.delay = 0;
    this.caller = undefined;
    this.onRequest = undefined;
  }

  public add(principalId: string, changes: Partial<FakeBudget> = {}): void {
    this.budgets.set(principalId, { ...aFakeBudget(principalId), ...changes });
  }

  public get changes(): readonly ReceivedRequest[] {
    return this.requests.filter(({ operation, dryRun }) => !READS.includes(operation) && !dryRun);
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const notAdmitted = refusal(incoming, body, SECRET, SIGNED_REGION);
    if (notAdmitted) {
      return reply(response, 403, { Message: notAdmitted });
    }
    const request = JSON.parse(body) as ReceivedRequest;
    this.requests.push(request);
    this.onRequest?.(request);
    const fault = this.faults.shift();
    if (fault === 'dropped') {
      response.destroy();
      return undefined;
    }
    if (typeof fault === 'object') {
      response.writeHead(fault.status, fault.location ? { location: fault.location } : {}).end(fault.body ?? '');
      return undefined;
    }
    try {
      const answer = this.answer(request);
      await new Promise(resolve => setTimeout(resolve, this.delay));
      return fault === 'answer lost' ? void response.destroy() : reply(response, 200, answer);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      const { status, code, message, field } = error;
      return reply(response, status, { error: { code, message, ...(field ? { field } : {}) } });
    }
  }

  private answer(request: ReceivedRequest): Record<string, unknown> {
    const { operation, ...args } = request;
    const known = [...ARGUMENTS[operation] ?? refuse(400, 'BadRequest', `there is no operation ${operation}`), ...(READS.includes(operation) ? [] : OF_CHANGES)];
    const unknown = Object.keys(args).find(name => !known.includes(name));
    if (unknown) {
      throw new Refusal(400, 'BadRequest', `there is no argument ${unknown}`, unknown);
    }
    switch (operation) {
      case 'getBudget': return { budget: this.shown(this.known(request.principalId)) };
      case 'listBudgets': return this.page(this.listed(request), request, 'budgets');
      case 'getHistory': return this.page(this.events.get(request.principalId) ?? [], request, 'events');
      default: return this.change(request);
    }
  }

  private listed(request: ReceivedRequest): readonly unknown[] {
    const broken = [...this.unreadable].map(([principalId, problem]) => ({ principalId, problem }));
    return [...broken, ...[...this.budgets.values()].filter(budget => matches(budget, request)).map(budget => this.shown(budget))];
  }

  private page(items: readonly unknown[], { limit = 50, nextToken = '0' }: ReceivedRequest, field: string): Record<string, unknown> {
    const start = Number(nextToken);
    const end = start + Math.min(limit, this.pageSize);
    return { [field]: items.slice(start, end), ...(end < items.length ? { nextToken: String(end) } : {}) };
  }

  private change(request: ReceivedRequest): Record<string, unknown> {
    const { principalId, idempotencyKey, ifVersion, dryRun } = request;
    const memory = this.answered.get(`${principalId}#${idempotencyKey}`);
    if (idempotencyKey && memory) {
      return memory.request === JSON.stringify(request)
        ? { changed: true, budget: this.shown(this.known(principalId)), replayed: true }
        : refuse(409, 'IdempotencyConflict', 'the key was used for another request');
    }
    if (principalId === this.caller) {
      refuse(403, 'Forbidden', 'this is your own budget');
    }
    this.refuseUnreadable(principalId);
    const unseen = ['setBudget', 'suspend', 'exempt'].includes(request.operation) && !principalId.startsWith('agent-');
    const before = unseen ? this.budgets.get(principalId) : this.known(principalId);
    if (ifVersion === null && before && hasOrders(before)) {
      refuse(409, 'Conflict', 'there are orders already');
    }
    if (typeof ifVersion === 'string' && (!before || versionOf(before) !== ifVersion)) {
      refuse(409, 'Conflict', `the version is ${before ? versionOf(before) : 'none'}, not ${ifVersion}`);
    }
    const after = ordered(before ?? { ...aFakeBudget(principalId), windows: [] }, request);
    const changed = !before || JSON.stringify(before) !== JSON.stringify(after);
    const answer = { changed, ...(before ? { before: this.shown(before) } : {}), budget: this.shown(after), ...(dryRun ? { dryRun } : {}) };
    if (!dryRun) {
      this.budgets.set(principalId, after);
      if (idempotencyKey) this.answered.set(`${principalId}#${idempotencyKey}`, { request: JSON.stringify(request) });
    }
    return answer;
  }

  private known(principalId: string): FakeBudget {
    this.refuseUnreadable(principalId);
    return this.budgets.get(principalId) ?? refuse(404, 'NotFound', `nobody has seen ${principalId}`);
  }

  private refuseUnreadable(principalId: string): void {
    if (this.unreadable.has(principalId)) {
      refuse(409, 'Conflict', `the item of this budget cannot be read: ${this.unreadable.get(principalId)}; mend it in the Budgets table`);
    }
  }

  private shown(budget: FakeBudget): Record<string, unknown> {
    return { ...JSON.parse(JSON.stringify(budget)), version: versionOf(budget) };
  }
}

export function aFakeBudget(principalId: string): FakeBudget {
  return {
    principalId,
    kind: principalId.split('/')[0],
    status: 'active',
    statusSince: '2026-03-01T00:00:00.000Z',
    enforcement: 'enforced',
    labels: {},
    windows: [{
      period: 'calendar month', periodStart: '2026-03-01', periodEndsAt: '2026-04-01T00:00:00.000Z', spentUsd: '72.5', limitUsd: '100', sharePercent: '72.5',
    }],
    thresholds: DEFAULT_THRESHOLDS,
    topUps: [],
  };
}

export function versionOf({ limits, labels, enforcement, thresholds, topUps, exemption, hold }: FakeBudget): string {
  return createHash('sha256').update(JSON.stringify([limits, labels, enforcement, thresholds, topUps, exemption, hold])).digest('hex').slice(0, 12);
}

function hasOrders(budget: FakeBudget): boolean {
  return versionOf(budget) !== versionOf(aFakeBudget(budget.principalId));
}

function ordered(budget: FakeBudget, { operation, ...args }: ReceivedRequest): FakeBudget {
  const { limits, exemption, hold, ...rest } = budget;
  switch (operation) {
    case 'setBudget': return { ...budget, limits: args.limits, labels: args.labels ?? budget.labels, enforcement: args.enforcement ?? budget.enforcement };
    case 'removeBudget': return { ...rest, ...(exemption && { exemption }), ...(hold && { hold }), thresholds: DEFAULT_THRESHOLDS };
    case 'topUp': return { ...budget, topUps: [...budget.topUps, { amountUsd: args.amountUsd, expiresAt: args.expiresAt, reason: args.reason }] };
    case 'exempt': return { ...budget, exemption: { ...(args.until && { until: args.until }), reason: args.reason } };
    case 'endExemption': return exemption ? { ...rest, ...(limits && { limits }), ...(hold && { hold }) } : refuse(409, 'Conflict', 'there is no exemption to end');
    case 'suspend': return { ...budget, hold: { by: 'arn:aws:iam::123456789012:user/ops', reason: args.reason } };
    case 'restore': return hold ? { ...rest, ...(limits && { limits }), ...(exemption && { exemption }) } : refuse(409, 'Conflict', 'there is nothing to restore');
    default: return {
      ...budget,
      thresholds: args.warningPercent === null ? DEFAULT_THRESHOLDS : { warningPercent: args.warningPercent, criticalPercent: args.criticalPercent, own: true },
    };
  }
}

function matches({ kind, status, labels, windows }: FakeBudget, request: ReceivedRequest): boolean {
  const { kind: wantedKind, status: wantedStatus, label, minSharePercent, maxSharePercent } = request;
  const [key, value] = (label ?? '').split('=');
  const share = Math.max(...windows.map(({ sharePercent }) => Number(sharePercent)));
  return (!wantedKind || kind === wantedKind)
    && (!wantedStatus || status === wantedStatus)
    && (!label || (value === undefined ? key in labels : labels[key] === value))
    && (!minSharePercent || share >= Number(minSharePercent)) && (!maxSharePercent || share <= Number(maxSharePercent));
}

function refuse(status: number, code: string, message: string): never {
  throw new Refusal(status, code, message);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
