import { expectationOf } from '../../demo/expectation';
import { AGENTS, CAST, MEMBERS, RAISED } from '../../demo/fixture/cast';
import { dayOfCalls, FixtureLine } from '../../demo/fixture/day-of-calls';
import { iamIdOf, principalIdOf, runtimePrincipalIdsOf } from '../../demo/fixture/identities';
import { Stamper, timestampOf } from '../../demo/replay/stamper';
import { chargedScope } from '../../src/lambdas/core/agents/charged-scope';
import { parseInvocationRecord } from '../../src/lambdas/core/invocation-record';
import { addUsd, sharePercent, usd, Usd, ZERO_USD } from '../../src/lambdas/core/money';
import { embeddedCatalog } from '../../src/lambdas/core/pricing/embedded-catalog';
import { UnreadableRecordError } from '../../src/lambdas/core/unreadable-record';
import { PLACE } from './place';

const NOON = Date.parse('2026-11-22T12:00:00.000Z');
const lines = dayOfCalls(PLACE);

describe('the made day of calls', () => {
  test('is the same every time', () => {
    const texts = (day: readonly FixtureLine[]) => day.map(line => line.text('2026-11-22T12:00:00Z'));

    expect(texts(dayOfCalls(PLACE))).toEqual(texts(lines));
  });

  test('has at least 300 calls of at least 8 principals, three of them API keys, one role with ten sessions', () => {
    const { records, spend } = expectationOf(lines);

    expect(records).toBeGreaterThanOrEqual(300);
    expect(spend.size).toBe(MEMBERS.length);
    expect(spend.size).toBeGreaterThanOrEqual(8);
    expect(MEMBERS.filter(({ name }) => name.startsWith('BedrockAPIKey-'))).toHaveLength(3);
    const sessions = new Set(lines.flatMap(line => /assumed-role\/chat-backend\/([\w-]+)/.exec(line.text('2026-11-22T12:00:00Z'))?.[1] ?? []));
    expect(sessions.size).toBe(10);
  });

  test('has calls of AgentCore runtimes, which the log tells by their role and a session that says nothing of the runtime', () => {
    const shared = 'agent-role/000000000000/us-east-1/shop-agents';
    const texts = lines.filter(({ truth }) => truth.kind === 'call' && truth.principalId === shared).map(line => line.text('2026-11-22T12:00:00Z'));

    expect(texts.length).toBeGreaterThan(40);
    for (const text of texts) {
      expect((JSON.parse(text) as { identity: { arn: string } }).identity.arn)
        .toMatch(/^arn:aws:sts::000000000000:assumed-role\/shop-agents\/BedrockAgentCore-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
  });

  test('has duplicates, late records, unknown models and lines that cannot be read', () => {
    const { duplicates, unreadable, unknownModels } = expectationOf(lines);

    expect(duplicates).toBeGreaterThan(10);
    expect(lines.filter(({ lateByHours }) => lateByHours > 0).length).toBeGreaterThan(10);
    expect(unknownModels).toBe(3);
    expect(unreadable).toBe(8);
  });

  test('means to the product what it says it means', () => {
    const stamper = new Stamper();
    const catalog = embeddedCatalog();
    const runtimes = new Map(AGENTS.map(member => [iamIdOf(member, PLACE), runtimePrincipalIdsOf(member, PLACE)]));
    const charged = new Map<string, Usd>();
    const calls = new Set<string>();
    for (const line of lines) {
      const text = stamper.textOf(line, NOON);
      if (line.truth.kind === 'unreadable') {
        expect(() => parseInvocationRecord(text, NOON)).toThrow(UnreadableRecordError);
        expect(codeOf(text)).toBe(line.truth.why);
        continue;
      }
      const usage = parseInvocationRecord(text, NOON);
      expect(usage === undefined).toBe(line.truth.kind === 'notice');
      if (usage && !calls.has(usage.callId)) {
        calls.add(usage.callId);
        const { id } = chargedScope(usage.principal, runtimes.get(usage.principal.id) ?? [], PLACE.region);
        charged.set(id, addUsd(charged.get(id) ?? ZERO_USD, catalog.priceOf(usage).cost));
      }
    }

    expect(charged).toEqual(expectationOf(lines).spend);
  });

  test.each([
    ['raised', 100, 115], ['turned', 100, 115], ['suspended', 100, 115], ['sharing', 100, 115], ['unenforceable', 100, 130], ['critical', 90, 99], ['warned', 70, 89], ['within', 0, 69], ['namesake', 0, 69],
  ] as const)('leaves %s between %i and %i %% of the limit', (who, low, high) => {
    const { spend } = expectationOf(lines.filter(({ chapter }) => chapter === 'day'));
    const share = Number(sharePercent(spend.get(principalIdOf(CAST[who], PLACE))!, usd(CAST[who].limitUsd!)));

    expect(share).toBeGreaterThanOrEqual(low);
    expect(share).toBeLessThanOrEqual(high);
  });

  test.each(RAISED)('leaves $name within the raised budget to the end, and not even warned', member => {
    const { spend } = expectationOf(lines);

    expect(Number(sharePercent(spend.get(principalIdOf(member, PLACE))!, usd(member.raisedToUsd!)))).toBeLessThan(70);
    expect(lines.some(({ chapter, truth }) => chapter === 'evening' && truth.kind === 'call' && truth.principalId === principalIdOf(member, PLACE))).toBe(true);
  });

  test('lets nobody call for long after the limit is reached', () => {
    const catalog = embeddedCatalog();
    for (const member of MEMBERS.filter(({ afterTheDay }) => afterTheDay === 'suspended')) {
      const id = principalIdOf(member, PLACE);
      let spent = ZERO_USD;
      const beyond = lines.filter(({ chapter, truth }) => {
        if (chapter !== 'day' || truth.kind !== 'call' || truth.principalId !== id) {
          return false;
        }
        const isBeyond = spent >= usd(member.limitUsd!);
        spent = addUsd(spent, catalog.priceOf({ ...truth.usage, calledAt: 0 }).cost);
        return isBeyond;
      });

      expect(beyond.length).toBeLessThanOrEqual(5);
      // A late call would make the time to the suspension look like hours.
      expect(beyond.every(({ lateByHours }) => lateByHours === 0)).toBe(true);
    }
  });
});

describe('the time of a record', () => {
  test('is the time of its line, to the second', () => {
    expect(timestampOf(NOON + 789, 0)).toBe('2026-11-22T12:00:00Z');
  });

  test('of a late call lies hours before, but on the same day', () => {
    expect(timestampOf(NOON, 3)).toBe('2026-11-22T09:00:00Z');
    expect(timestampOf(Date.parse('2026-11-22T00:00:20Z'), 3)).toBe('2026-11-22T00:00:00Z');
  });

  test('is the same when a call is logged again', () => {
    const repeat = lines.find(({ truth }) => truth.kind === 'repeat')!;
    const original = lines.find(({ truth }) => truth.kind === 'call' && truth.callId === (repeat.truth as { callId: string }).callId)!;
    const stamper = new Stamper();

    expect(stamper.textOf(repeat, NOON + 60_000)).not.toBe(stamper.textOf(original, NOON));
    expect(stamper.textOf(repeat, NOON + 60_000)).toBe(stamper.textOf(original, NOON));
  });
});

function codeOf(text: string): string | undefined {
  try {
    parseInvocationRecord(text, NOON);
    return undefined;
  } catch (error) {
    return (error as UnreadableRecordError).code;
  }
}
