import * as fc from 'fast-check';
import { EventType } from '../../../../src/contract';
import { Budget } from '../../../../src/lambdas/core/budget';
import { Item } from '../../../../src/lambdas/core/budget-item';
import { allPages } from '../../../../src/lambdas/core/digest/all-pages';
import { Digest } from '../../../../src/lambdas/core/digest/digest';
import { DigestMemory, DigestPorts, sendDigest } from '../../../../src/lambdas/core/digest/send-digest';
import { TopList } from '../../../../src/lambdas/core/digest/top-list';
import { usd } from '../../../../src/lambdas/core/money';
import { aBudget, aContext, ACCOUNT, itemOf, NOON, settingTexts } from '../builders';
import { InMemoryEvents, InMemorySettings } from '../in-memory/surroundings';

const named = (name: string, changes: Parameters<typeof aBudget>[0] = {}): Budget => aBudget({ principalId: `iam-user/${ACCOUNT}/${name}`, ...changes });
const spending = (name: string, today: string, yesterday = '0', before = '0', changes: Parameters<typeof aBudget>[0] = {}) =>
  named(name, { spend: new Map([['2026-03-10', usd(today)], ['2026-03-09', usd(yesterday)], ['2026-03-02', usd(before)]]), ...changes });
const OPTIONS = { topSpenders: 2, audience: 'alerts' as const };

function digestOf(budgets: readonly Budget[], options = OPTIONS) {
  const digest = new Digest(NOON, aContext(), options);
  budgets.forEach(budget => digest.add(budget));
  return digest.figures();
}

const names = (lines: readonly { readonly principalId: string }[]) => lines.map(({ principalId }) => principalId.split('/')[2]);

describe('the digest', () => {
  test('ranks by what was spent yesterday and today, and by what was spent in the period', () => {
    const figures = digestOf([spending('a', '1', '2', '90'), spending('b', '4'), spending('c', '0', '5'), spending('d', '0', '0', '95')]);
    expect(names(figures.topRecent)).toEqual(['c', 'b']);
    expect(names(figures.topInPeriod)).toEqual(['d', 'a']);
    expect(figures).toMatchObject({ yesterday: '2026-03-09', today: '2026-03-10', recentUsd: '12', principals: 4, audience: 'alerts' });
    expect(figures.topRecent[0]).toMatchObject({ recentUsd: '5', status: 'active', budget: { spentUsd: '5', limitUsd: '100', forecast: { outcome: 'lasts' } } });
  });

  test('has all who are above their warning threshold, furthest first, and whoever is restricted whatever was spent', () => {
    const figures = digestOf([
      spending('warned', '0', '0', '70'), spending('below', '0', '0', '69.99'), spending('over', '0', '0', '120', { status: 'suspended' }),
      named('held', { status: 'suspended', limits: undefined }), spending('own', '0', '0', '50', { thresholds: { warningPercent: usd('50'), criticalPercent: usd('80') } }),
      spending('gone', '0', '0', '99', { status: 'deleted' }), spending('removed', '0', '0', '99', { removedAt: NOON }),
    ]);
    expect(names(figures.aboveWarning)).toEqual(['over', 'warned', 'own', 'held']);
    expect(figures.aboveWarningCount).toBe(4);
  });

  test('counts all of them, and names the first fifty', () => {
    const figures = digestOf(Array.from({ length: 60 }, (_, index) => spending(`p${index}`, '0', '0', String(71 + index / 10))));
    expect(figures.aboveWarning).toHaveLength(50);
    expect(figures.aboveWarningCount).toBe(60);
    expect(names(figures.aboveWarning)[0]).toBe('p59');
  });

  test('of nobody is empty', () => {
    expect(digestOf([])).toEqual({
      audience: 'alerts',
      yesterday: '2026-03-09',
      today: '2026-03-10',
      recentUsd: '0',
      principals: 0,
      unreadable: 0,
      topRecent: [],
      topInPeriod: [],
      aboveWarning: [],
      aboveWarningCount: 0,
    });
    expect(digestOf([named('idle', { spend: new Map() })])).toMatchObject({ principals: 1, topRecent: [], topInPeriod: [] });
  });

  test('fits into an event, however much others wrote', () => {
    const labels = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${index}${'k'.repeat(100)}`, 'v'.repeat(256)]));
    const figures = digestOf(Array.from({ length: 200 }, (_, index) => spending(`${index}${'n'.repeat(60)}`, '90', '0', '0', { labels })), { topSpenders: 25, audience: 'alerts' });
    expect(Buffer.byteLength(JSON.stringify(figures))).toBeLessThan(120_000);
  });

  test('is the same in whatever order the table has them', () => {
    const budget = fc.record({ name: fc.integer({ min: 0, max: 30 }), cents: fc.integer({ min: 0, max: 20_000 }) });
    const budgets = fc.uniqueArray(budget, { selector: ({ name }) => name });
    const orders = budgets.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(fc.property(orders, ([one, other]) => {
      const budgetOf = ({ name, cents }: { name: number; cents: number }) => spending(`p${name}`, String(cents / 100));
      const figures = digestOf(one.map(budgetOf));
      expect(digestOf(other.map(budgetOf))).toEqual(figures);
      expect(usd(figures.recentUsd)).toBe(one.reduce((sum, { cents }) => sum + usd(String(cents / 100)), 0n));
      const spent = one.map(({ cents }) => cents / 100).filter(Boolean);
      expect(figures.topRecent.map(({ recentUsd }) => Number(recentUsd))).toEqual(spent.sort((a, b) => b - a).slice(0, 2));
    }));
  });
});

test('the first of many are kept, and no more than asked for', () => {
  fc.assert(fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), (numbers, most) => {
    const list = new TopList<number>(most, (a, b) => a > b);
    numbers.forEach(number => list.add(number));
    expect(list.items).toEqual([...numbers].sort((a, b) => b - a).slice(0, most));
  }));
});

class InMemoryDigestMemory implements DigestMemory {
  public readonly calls: string[] = [];
  constructor(private readonly answer: 'claimed' | 'sent' | 'busy' = 'claimed') {}
  public async claim(day: string) {
    this.calls.push(`claim ${day}`);
    return this.answer;
  }

  public async markSent(day: string) {
    this.calls.push(`sent ${day}`);
  }

  public async release(day: string) {
    this.calls.push(`release ${day}`);
  }
}

describe('sending', () => {
  function given({ pages = [] as Item[][], memory = new InMemoryDigestMemory() } = {}) {
    const events = new InMemoryEvents();
    const warnings: unknown[] = [];
    const log = { debug: () => {}, info: () => {}, warn: (...args: unknown[]) => warnings.push(args), error: () => {} };
    const ports: DigestPorts = {
      pages: () => allPages(async after => {
        const index = Number(after ?? 0);
        return { items: pages[index] ?? [], ...(index + 1 < pages.length ? { more: String(index + 1) } : {}) };
      }),
      memory,
      settings: new InMemorySettings(settingTexts()),
      events,
      log,
    };
    const context = { deploymentId: 'dep-1', environmentName: 'test', timeZone: 'America/New_York', ownAccountId: ACCOUNT, region: 'eu-central-1' };
    return { events, memory, warnings, ports, send: () => sendDigest(Date.parse('2026-03-11T02:00:00Z'), NOON, OPTIONS, ports, context) };
  }

  test('reads every page, and puts one event that is the same whenever it is sent', async () => {
    const { events, memory, send } = given({ pages: [[itemOf(spending('a', '1'))], [], [itemOf(spending('b', '2'))]] });
    expect(await send()).toEqual({ day: '2026-03-10', sent: true, principals: 2 });
    expect(events.published).toEqual([{
      type: EventType.DAILY_DIGEST,
      detail: expect.objectContaining({
        eventId: 'daily-digest/dep-1/2026-03-10', occurredAt: '2026-03-11T02:00:00.000Z', actor: 'daily-digest', digest: expect.objectContaining({ principals: 2, today: '2026-03-10' }),
      }),
    }]);
    expect(memory.calls).toEqual(['claim 2026-03-10', 'sent 2026-03-10']);
  });

  test('does nothing where that day\'s was sent', async () => {
    const { events, send } = given({ memory: new InMemoryDigestMemory('sent') });
    expect(await send()).toMatchObject({ sent: false });
    expect(events.published).toEqual([]);
  });

  test('fails where somebody else is at it, so that it is tried again', async () => {
    const { events, send } = given({ memory: new InMemoryDigestMemory('busy') });
    await expect(send()).rejects.toThrow('another invocation is sending the digest of 2026-03-10');
    expect(events.published).toEqual([]);
  });

  test('lets go of the day when it fails', async () => {
    const { memory, ports, send } = given();
    ports.settings.load = () => Promise.reject(new Error('throttled'));
    await expect(send()).rejects.toThrow('throttled');
    expect(memory.calls).toEqual(['claim 2026-03-10', 'release 2026-03-10']);
  });

  test('counts and logs what cannot be read', async () => {
    const { events, warnings, send } = given({ pages: [[itemOf(spending('a', '1')), { ...itemOf(spending('b', '2')), status: 'confused' }]] });
    await send();
    expect(events.published[0].detail.digest).toMatchObject({ principals: 1, unreadable: 1 });
    expect(warnings).toHaveLength(1);
  });
});
