import { Budget } from '../../../../src/lambdas/core/budget';
import { Item } from '../../../../src/lambdas/core/budget-item';
import { allPages } from '../../../../src/lambdas/core/digest/all-pages';
import { Digest, DigestOptions } from '../../../../src/lambdas/core/digest/digest';
import { DigestBusyError, DigestPorts, sendDigest } from '../../../../src/lambdas/core/digest/send-digest';
import { TopList } from '../../../../src/lambdas/core/digest/top-list';
import { usd } from '../../../../src/lambdas/core/money';
import { aBudget, aContext, ACCOUNT, DAY, HOUR, itemOf, limit, NOON, settings, settingTexts } from '../builders';
import { InMemoryEvents, InMemorySettings } from '../in-memory/surroundings';

const named = (name: string, changes: Parameters<typeof aBudget>[0] = {}): Budget => aBudget({ principalId: `iam-user/${ACCOUNT}/${name}`, ...changes });
const spent = (amount: string, day = '2026-03-02') => ({ spend: new Map([[day, usd(amount)]]) });

function digestOf(budgets: readonly Budget[], options: Partial<DigestOptions> = {}) {
  const digest = new Digest(NOON, aContext(), { topSpenders: 3, audience: 'alerts', ...options });
  budgets.forEach(budget => digest.add(budget));
  return digest.figures();
}

const names = (lines: readonly { readonly principalId: string }[]) => lines.map(({ principalId }) => principalId.split('/')[2]);

describe('a digest', () => {
  test('in whole', () => {
    const digest = new Digest(NOON, aContext(), { topSpenders: 1, audience: 'operations' });
    digest.add(named('alice', { labels: { team: 'data' }, spend: new Map([['2026-03-10', usd('30')], ['2026-03-09', usd('20')], ['2026-03-08', usd('25')]]), status: 'warning' }));
    digest.add(named('bob', spent('10')));
    digest.addUnreadable();
    digest.addUnreadable();
    expect(digest.figures()).toMatchSnapshot();
  });

  test('names by their ids those who spent the same', () => {
    const figures = digestOf(['c', 'a', 'd', 'b'].map(name => named(name, spent('80', '2026-03-10'))));
    expect([names(figures.topRecent), names(figures.topInPeriod), names(figures.aboveWarning)]).toEqual([['a', 'b', 'c'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']]);
  });

  test('ranks those above the warning by how far their limits are used up, not by dollars; who has none comes last, by id', () => {
    const figures = digestOf([
      named('unlimited-b', { limits: undefined, status: 'suspended' }), named('much', { limits: [limit('1000')], ...spent('800') }), named('unlimited-a', { limits: undefined, status: 'suspended' }),
      named('little', { limits: [limit('10')], ...spent('9') }), named('same', { limits: [limit('100')], ...spent('80') }),
    ]);
    expect(names(figures.aboveWarning)).toEqual(['little', 'much', 'same', 'unlimited-a', 'unlimited-b']);
  });

  test('has nobody among the spenders who spent nothing, and their spend of other days only in the period', () => {
    const figures = digestOf([named('nothing', spent('0', '2026-03-10')), named('a-cent', spent('0.01', '2026-03-09')), named('before', spent('5', '2026-03-08'))]);
    expect([names(figures.topRecent), names(figures.topInPeriod), figures.recentUsd]).toEqual([['a-cent'], ['before', 'a-cent'], '0.01']);
  });

  test.each([['69.999999999999', false], ['70', true]])('of somebody who spent %s of 100 dollars tells that the warning was reached: %p', (amount, isAbove) => {
    expect(digestOf([named('a', spent(amount))]).aboveWarningCount).toBe(isAbove ? 1 : 0);
  });

  test.each([['exceeded', true], ['grace_period', true], ['suspended', true], ['restoring', true], ['active', false], ['warning', false], ['critical', false], ['deleted', false]] as const)(
    'of somebody who spent nothing and is "%s" tells: %p', (status, isTold) => {
      expect(names(digestOf([named('a', { spend: new Map(), status })]).aboveWarning)).toEqual(isTold ? ['a'] : []);
    },
  );

  test('does not tell of whoever is gone, though suspended', () => {
    expect(digestOf([named('a', { status: 'suspended', removedAt: NOON })]).aboveWarning).toEqual([]);
  });

  test.each([[50, 50], [51, 50]])('of %d names %d', (count, shown) => {
    const figures = digestOf(Array.from({ length: count }, (_, index) => named(`p${index}`, spent('80'))));
    expect([figures.aboveWarning.length, figures.aboveWarningCount]).toEqual([shown, count]);
  });

  test('has three labels of each, as long as they may be', () => {
    const labels = { a: 'x'.repeat(64), ['b'.repeat(65)]: 'y'.repeat(65), c: '', d: 'z' };
    expect(digestOf([named('a', { ...spent('1', '2026-03-10'), labels })]).topRecent[0].labels).toEqual({ a: 'x'.repeat(64), ['b'.repeat(64)]: 'y'.repeat(64), c: '' });
  });

  test('of somebody without a limit has what was spent and no more', () => {
    expect(digestOf([named('a', { limits: undefined, ...spent('1', '2026-03-10') })])).toMatchObject({
      topRecent: [{ principalId: `iam-user/${ACCOUNT}/a`, labels: {}, status: 'active', recentUsd: '1' }], topInPeriod: [],
    });
    expect(digestOf([named('a', { limits: undefined, ...spent('1', '2026-03-10') })]).topRecent[0]).not.toHaveProperty('budget');
  });

  test('tells of a budget as it was decided on, where that was later', () => {
    // The digest of the last day of February, sent when March had begun: what was spent in March is what its budget is about.
    const digest = new Digest(NOON - 10 * DAY, aContext(), { topSpenders: 3, audience: 'alerts' });
    digest.add(named('a', { spend: new Map([['2026-02-28', usd('90')], ['2026-03-02', usd('5')]]), decidedAt: NOON }));
    digest.add(named('b', { spend: new Map([['2026-02-28', usd('90')], ['2026-03-02', usd('5')]]), decidedAt: NOON - 11 * DAY }));
    const { topInPeriod, topRecent } = digest.figures();
    expect(topInPeriod.map(({ principalId, budget }) => [principalId.split('/')[2], budget?.spentUsd])).toEqual([['b', '90'], ['a', '5']]);
    expect(names(topRecent)).toEqual(['a', 'b']);
  });

  test('warns where the settings or a budget say so', () => {
    const digest = new Digest(NOON, aContext({ settings: settings({ warningPercent: usd('95') }) }), { topSpenders: 3, audience: 'alerts' });
    digest.add(named('a', spent('94')));
    digest.add(named('b', { ...spent('50'), thresholds: { warningPercent: usd('50'), criticalPercent: usd('60') } }));
    expect(names(digest.figures().aboveWarning)).toEqual(['b']);
  });
});

describe('a list of the first', () => {
  const listed = (most: number, ...numbers: readonly number[]) => {
    const list = new TopList<{ readonly rank: number; readonly index: number }>(most, (a, b) => a.rank > b.rank);
    numbers.forEach((rank, index) => list.add({ rank, index }));
    return list.items.map(({ rank, index }) => `${rank}/${index}`);
  };

  test('keeps those that came first of equals', () => {
    expect(listed(2, 1, 1, 1)).toEqual(['1/0', '1/1']);
    expect(listed(3, 1, 2, 1, 2)).toEqual(['2/1', '2/3', '1/0']);
  });

  test('of none keeps none', () => {
    expect(listed(0, 1, 2)).toEqual([]);
  });
});

test('pages are read one after the other, only as far as they are wanted', async () => {
  const asked: (string | undefined)[] = [];
  const pages = allPages(async after => {
    asked.push(after);
    return after === 'c' ? { items: [3] } : { items: after === undefined ? [1, 2] : [], more: after === undefined ? 'b' : 'c' };
  });
  const seen: (readonly number[])[] = [];
  for await (const page of pages) {
    seen.push(page);
    expect(asked).toHaveLength(seen.length);
  }
  expect([seen, asked]).toEqual([[[1, 2], [], [3]], [undefined, 'b', 'c']]);
});

describe('sending', () => {
  function given(answer: 'claimed' | 'sent' | 'busy' = 'claimed') {
    const logged: unknown[] = [];
    const log = (level: string) => (...args: readonly unknown[]) => void logged.push([level, ...args]);
    const calls: unknown[] = [];
    const events = new InMemoryEvents();
    const ports: DigestPorts = {
      pages: () => allPages(async () => ({ items: [itemOf(named('a', spent('5', '2026-03-10'))), { ...itemOf(named('b')), status: 'confused' }, { principalId: 5 }] })),
      memory: {
        claim: async (day, now) => {
          calls.push(['claim', day, now]);
          return answer;
        },
        markSent: async (day, now) => void calls.push(['sent', day, now]),
        release: async day => void calls.push(['release', day]),
      },
      settings: new InMemorySettings(settingTexts()),
      events,
      log: { info: log('info'), warn: log('warn'), error: log('error') },
    };
    return { logged, calls, events, ports, send: () => sendDigest(NOON, NOON + HOUR, { topSpenders: 2, audience: 'alerts' }, ports, aContext()) };
  }

  test('is of the day for which it was scheduled, and remembered when it was sent', async () => {
    const { calls, events, send } = given();
    expect(await send()).toEqual({ day: '2026-03-10', sent: true, principals: 1 });
    expect(calls).toEqual([['claim', '2026-03-10', NOON + HOUR], ['sent', '2026-03-10', NOON + HOUR]]);
    expect(events.published[0]).toMatchSnapshot();
  });

  test('tells in the log what it could not read, and why', async () => {
    const { logged, send } = given();
    await send();
    expect(logged).toEqual([
      ['warn', 'a budget cannot be read', { principalId: `iam-user/${ACCOUNT}/b`, problem: expect.stringContaining('confused') }],
      ['warn', 'a budget cannot be read', { principalId: expect.any(String), problem: expect.any(String) }],
    ]);
  });

  test('tells in the log that it was sent before', async () => {
    const { logged, events, send } = given('sent');
    expect(await send()).toEqual({ day: '2026-03-10', sent: false, principals: 0 });
    expect([logged, events.published]).toEqual([[['info', 'the digest of this day was sent before', { day: '2026-03-10' }]], []]);
  });

  test('is refused by a name of its own while somebody else is at it, and the day is not let go of', async () => {
    const { calls, send } = given('busy');
    const error = await send().catch((problem: unknown) => problem as Error);
    expect(error).toBeInstanceOf(DigestBusyError);
    expect((error as Error).name).toBe('DigestBusyError');
    expect(calls).toEqual([['claim', '2026-03-10', NOON + HOUR]]);
  });

  test('fails where the program does, and not only where an item cannot be read', async () => {
    const { ports, calls } = given();
    const broken: Item = {
      ...itemOf(named('a')),
      get status(): string {
        throw new TypeError('a slip');
      },
    };
    const pages = { ...ports, pages: () => allPages(async () => ({ items: [broken] })) };
    await expect(sendDigest(NOON, NOON, { topSpenders: 2, audience: 'alerts' }, pages, aContext())).rejects.toThrow('a slip');
    expect(calls.at(-1)).toEqual(['release', '2026-03-10']);
  });
});
