import { setTimeout as pause } from 'node:timers/promises';
import { Locator, Page } from 'playwright-core';
import { PALETTES } from '../../src/lambdas/core/report-page/palette';
import { ReportPage } from '../../src/lambdas/core/report-page/report-page';
import { OpenPage, TestBrowser } from './browser';
import { contrastsBelow } from './contrast';
import { emptyPage, HOSTILE, hostilePage, hugePage, longPage, overTheNight, PRINCIPALS, samplePage } from './pages';

// unpacking the browser, on a machine that has much else to do
jest.setTimeout(120_000);

const browser = new TestBrowser();
const opened: OpenPage[] = [];

beforeAll(async () => browser.start());
afterAll(async () => browser.stop());
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async page => page.close()));
});

const open: typeof browser.open = async (...args) => {
  const page = await browser.open(...args);
  opened.push(page);
  return page;
};

describe.each(['light', 'dark'] as const)('in %s mode', colorScheme => {
  const widths: readonly [string, number][] = [['desktop', 1280], ['phone', 360]];

  test.each(widths)('a page draws all its charts on a %s, complains of nothing and asks for nothing', async (name, width) => {
    const { page, complaints, requests, screenshot } = await open(samplePage(), { colorScheme, viewport: { width, height: 800 } });
    await drawAll(page);

    expect(await page.locator('.plot svg').count()).toBe(PRINCIPALS.length + 2);
    expect(await page.locator('html').evaluate(html => html.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await page.locator('body').evaluate(body => body.ownerDocument.defaultView.getComputedStyle(body).backgroundColor)).toBe(rgb(PALETTES[colorScheme].page));
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    await screenshot(`sample-${name}-${colorScheme}`);
  });

  test('all texts, of the page and of the charts, have the contrast that WCAG AA asks for', async () => {
    const { page } = await open(samplePage(), { colorScheme });
    await drawAll(page);
    await page.locator('details.data > summary').first().click();
    await page.locator('[data-chart="6"]').focus();
    await page.keyboard.press('ArrowRight');

    expect(await page.locator('.tip').first().isVisible()).toBe(true);
    expect(await contrastsBelow(page, 4.5)).toEqual([]);
  });
});

describe('the look', () => {
  test('is changed by a button, charts and all, for as long as the page is open', async () => {
    const { page } = await open(samplePage(), { colorScheme: 'light' });
    await drawAll(page);
    const button = page.getByRole('button', { name: 'Dark mode' });
    const line = page.locator('#_chart-0 svg path[stroke-width="2"]').first();
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    expect(rgb(await line.getAttribute('stroke') ?? '')).toBe(rgb(PALETTES.light.accent));

    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    expect(rgb(await line.getAttribute('stroke') ?? '')).toBe(rgb(PALETTES.dark.accent));

    // the reader's choice outweighs the machine's
    await page.emulateMedia({ colorScheme: 'dark' });
    await button.click();
    await page.emulateMedia({ colorScheme: 'light' });
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(rgb(await line.getAttribute('stroke') ?? '')).toBe(rgb(PALETTES.light.accent));
    expect(await page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length')).toBe(0);
  });

  test('on paper is light, has every chart and none of what can be operated', async () => {
    const { page, screenshot } = await open(samplePage(), { colorScheme: 'dark', viewport: { width: 800, height: 600 } });
    await page.emulateMedia({ media: 'print' });
    await eventually(async () => page.locator('.plot svg').count(), value => expect(value).toBe(PRINCIPALS.length + 2));

    expect(await page.locator('body').evaluate(body => body.ownerDocument.defaultView.getComputedStyle(body).backgroundColor)).toBe(rgb(PALETTES.light.page));
    expect(rgb(await page.locator('#_chart-0 svg path[stroke-width="2"]').first().getAttribute('stroke') ?? '')).toBe(rgb(PALETTES.light.accent));
    expect(await page.getByRole('button', { name: 'Dark mode' }).isVisible()).toBe(false);
    expect(await page.locator('nav').isVisible()).toBe(false);
    for (const plot of await page.locator('.plot').all()) {
      expect((await plot.locator('svg').boundingBox())!.height).toBeGreaterThan(60);
    }
    expect((await page.pdf({ preferCSSPageSize: true })).length).toBeGreaterThan(10_000);
    await screenshot('sample-print');

    await page.emulateMedia({ media: 'screen' });
    expect(rgb(await page.locator('#_chart-0 svg path[stroke-width="2"]').first().getAttribute('stroke') ?? '')).toBe(rgb(PALETTES.dark.accent));
  });

  test('moves nothing for those who do not want it', async () => {
    const { page } = await open(samplePage(), { reducedMotion: 'reduce' });
    const moving = await page.evaluate<number>("document.getAnimations().length + [...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration !== '0s').length");
    expect(moving).toBe(0);
    expect(await page.locator('html').evaluate(html => html.ownerDocument.defaultView.getComputedStyle(html).scrollBehavior)).toBe('auto');
  });

  test('fits a window that changes', async () => {
    const { page } = await open(samplePage());
    await drawAll(page);
    await page.setViewportSize({ width: 400, height: 800 });
    const cost = page.locator('[data-chart="7"]');
    const place = String(await cost.evaluate(plot => plot.clientWidth));
    await eventually(async () => cost.locator('svg').getAttribute('width'), value => expect(value).toBe(place));
  });
});

describe('without a script', () => {
  test('the page can be read: figures, tables, and the data of every chart', async () => {
    const { page, complaints } = await open(samplePage(), { javaScriptEnabled: false });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(samplePage().title);
    expect(await page.getByRole('table').count()).toBe(PRINCIPALS.length + 3);
    for (const table of await page.getByRole('table').all()) {
      expect(await table.isVisible()).toBe(true);
    }
    expect(await page.getByRole('button').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe('scales', () => {
  test('of time go forwards over the end of summer time, and tell the hour that is there twice apart', async () => {
    const start = Date.parse('2026-10-24T23:40:00Z');
    const { page, screenshot } = await open(overTheNight(start));
    await drawAll(page);
    const path = await page.locator('#_chart-0 svg path[stroke-width="2"]').first().getAttribute('d') ?? '';
    const places = [...path.matchAll(/[ML]?(-?[\d.]+)[ ,](-?[\d.]+)/g)].map(([, x]) => Number(x));
    expect(places.length).toBeGreaterThan(10);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    const labels = (await page.locator('#_chart-0 svg text').allTextContents()).filter(text => text.includes(':'));
    expect(labels).toEqual(expect.arrayContaining(['02:00 +02:00', '02:00 +01:00', '03:00']));
    const times = (await page.locator('figure.spend tbody tr > :first-child').allTextContents()).map(text => text.trim());
    expect(times).toEqual(expect.arrayContaining(['2026-10-25 02:00:00 +02:00', '2026-10-25 02:00:00 +01:00']));
    await screenshot('summer-time');
  });

  test('of days say how many of them a bar is, where it is not one', async () => {
    const { page, screenshot } = await open(longPage());
    await drawAll(page);
    expect(await page.locator('figure.cost svg text').allTextContents()).toContain('A bar is 7 days');
    await screenshot('long-cost');

    const { page: month } = await open(samplePage());
    await drawAll(month);
    expect((await month.locator('figure.cost svg text').allTextContents()).filter(text => text.startsWith('A bar'))).toEqual([]);
  });
});

describe('what others wrote', () => {
  test('stays text, wherever it stands', async () => {
    const { page, complaints, requests } = await open(hostilePage());
    await drawAll(page);
    for (const chart of await page.locator('.plot').all()) {
      await chart.focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('#_said').textContent()).not.toBe('');
    }
    for (const details of await page.locator('details.data > summary').all()) {
      await details.click();
    }
    await page.getByRole('button', { name: 'Dark mode' }).click();

    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect((await page.title()).replace(/\s+/g, ' ')).toBe(HOSTILE.join(' ').replace(/\s+/g, ' '));
    expect(await page.locator('main li').last().textContent()).toBe(HOSTILE.at(-1));
    expect(await page.locator('img, iframe, object, a[href*="evil"], [onerror], [onload]').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  test('could reach nothing if it ran: the page forbids scripts, styles and requests that are not its own', async () => {
    const { page, complaints, requests } = await open(samplePage());
    const outcome = await page.evaluate<string[]>(`(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 1';
      document.body.append(script);
      const image = new Image();
      const shown = new Promise(resolve => { image.onload = () => resolve('image'); image.onerror = () => resolve('no image'); });
      image.src = 'https://evil.example/x.png';
      const fetched = fetch('https://evil.example/').then(() => 'fetch', () => 'no fetch');
      let evaluated = 'no eval';
      try { evaluated = eval('"eval"'); } catch {}
      return [String(window.pwned), await shown, await fetched, evaluated, String(navigator.sendBeacon('https://evil.example/'))];
    })()`);
    expect(outcome.slice(0, 3)).toEqual(['undefined', 'no image', 'no fetch']);
    expect(complaints.length).toBeGreaterThan(0);
    expect(requests).toEqual([]);
  });
});

describe('by keyboard', () => {
  test('a page is walked from the skip link through everything that can be operated, and the focus is seen', async () => {
    const { page } = await open({ ...samplePage(), sections: samplePage().sections.slice(1, 3) });
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await eventually(async () => page.locator('.skip').boundingBox(), box => expect(box!.y).toBeGreaterThanOrEqual(0));
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('_content');

    const walked: string[] = [];
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press('Tab');
      const [name, outline] = await page.evaluate<[string, string]>(`(() => {
        const { activeElement: element } = document;
        const named = element.getAttribute('aria-labelledby');
        return [element === document.body ? '' : (named ? document.getElementById(named).textContent : element.getAttribute('aria-label') || element.textContent).trim(), getComputedStyle(element).outlineStyle];
      })()`);
      if (!name) {
        break;
      }
      expect(outline).toBe('solid');
      walked.push(name);
    }
    expect(walked).toEqual([
      'States over the month', 'Data of States over the month',
      'Outcome by principal', 'Principal', 'Status', 'Spent', 'Suspended for', 'Why',
      'Cost by model and day', 'Claude Sonnet 4.5', 'Claude Haiku 4.5', 'Nova Pro', 'Nova Lite', 'Titan Embeddings V2', 'Llama 4 Maverick', 'Data of Cost by model and day',
    ]);
  });

  test('arrow keys go through the points of a chart, and each is said and shown', async () => {
    const { page } = await open(samplePage());
    const chart = await focusChart(page, 3);
    await page.keyboard.press('ArrowRight');
    await expectSaid(page, '2026-10-01 02:00: active. seen for the first time');
    await page.keyboard.press('ArrowRight');
    await expectSaid(page, '2026-10-01 11:00. $0.00 of $250.00, 0.0 %. active');
    await expectTip(chart, '2026-10-01 11:00');
    await page.keyboard.press('End');
    expect(await said(page)).toMatch(/^2026-10-31 10:00\. \$393\.23 of \$300\.00, 131\.1 %\. suspended$/);
    await page.keyboard.press('PageUp');
    await page.keyboard.press('ArrowLeft');
    expect(await said(page)).toMatch(/^2026-10-2/);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    await expectSaid(page, '2026-10-01 02:00: active. seen for the first time');
    await page.keyboard.press('Escape');
    await eventually(async () => chart.locator('.tip').isVisible(), value => expect(value).toBe(false));
  });

  test('rows of states and series of cost are gone through up and down', async () => {
    const { page } = await open(samplePage());
    await focusChart(page, 6);
    await page.keyboard.press('ArrowDown');
    expect(await said(page)).toMatch(/^BedrockAPIKey-k7f2: active\. 2026-10-01 02:00 to .*, \d+ d\. because of active$/);
    await page.keyboard.press('ArrowDown');
    expect(await said(page)).toMatch(/^nightly-etl: /);
    await page.keyboard.press('ArrowRight');
    expect(await said(page)).toMatch(/^nightly-etl: /);

    const cost = await focusChart(page, 7);
    await page.keyboard.press('ArrowRight');
    expect(await said(page)).toMatch(/^1 Oct 2026: \$[\d.]+\. .*Claude Sonnet 4\.5: \$/);
    await page.keyboard.press('ArrowDown');
    expect(await said(page)).toMatch(/^Claude Sonnet 4\.5, 1 Oct 2026\. \$[\d.]+, [\d.]+ % of \$/);
    await expectTip(cost, 'Claude Sonnet 4.5, 1 Oct 2026');
  });

  test('series are taken out and put back', async () => {
    const { page } = await open(samplePage());
    await focusChart(page, 7);
    await page.keyboard.press('ArrowRight');
    const before = await said(page);
    const series = page.getByRole('group', { name: 'Shown series' }).getByRole('button', { name: 'Claude Sonnet 4.5' });
    await series.press('Enter');
    expect(await series.getAttribute('aria-pressed')).toBe('false');
    await focusChart(page, 7);
    await page.keyboard.press('Home');
    expect(await said(page)).not.toContain('Claude Sonnet 4.5');
    await series.press('Enter');
    await focusChart(page, 7);
    await page.keyboard.press('Home');
    expect(await said(page)).toBe(before);
  });

  test('tables are sorted by their heads: numbers from the largest, durations by their length, what is empty last', async () => {
    const { page } = await open(samplePage());
    const table = page.locator('#_table-0-table');
    const column = async (index: number) => (await table.locator(`tbody tr > :nth-child(${index})`).allTextContents()).map(text => text.trim());
    await table.getByRole('button', { name: 'Spent' }).press('Enter');
    expect(await column(3)).toEqual(['$1,919.50', '$1,838.50', '$1,757.50', '$1,676.50', '$1,595.50', '$0.50']);
    expect(await table.getByRole('columnheader', { name: 'Spent' }).getAttribute('aria-sort')).toBe('descending');
    expect(await said(page)).toBe('Sorted by Spent, descending');
    await table.getByRole('button', { name: 'Spent' }).press('Space');
    expect((await column(3))[0]).toBe('$0.50');
    await table.getByRole('button', { name: 'Suspended for' }).press('Enter');
    await table.getByRole('button', { name: 'Suspended for' }).press('Enter');
    expect(await column(4)).toEqual(['3 h', '', '', '', '', '']);
    await table.getByRole('button', { name: 'Principal' }).press('Enter');
    expect(await column(1)).toEqual([...PRINCIPALS].sort((a, b) => a.localeCompare(b, 'en')));
    expect(await table.locator('[aria-sort]').count()).toBe(1);
  });
});

describe('to a screen reader', () => {
  test('a page has landmarks, one first heading, headings in order, and a language', async () => {
    const { page } = await open(samplePage());
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.title()).toBe(samplePage().title);
    for (const landmark of ['banner', 'navigation', 'main', 'contentinfo'] as const) {
      expect([landmark, await page.getByRole(landmark).count()]).toEqual([landmark, 1]);
    }
    const levels = await page.getByRole('heading').evaluateAll(headings => headings.map(heading => Number(heading.tagName[1])));
    expect(levels.filter(level => level === 1)).toHaveLength(1);
    levels.forEach((level, index) => expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1));
    expect(await page.getByRole('status').count()).toBe(1);
  });

  test('everything that can be operated, every image, region and table has a name, and no id stands twice', async () => {
    const { page } = await open(hugeAndSmall());
    await drawAll(page);
    await page.locator('details.data > summary').first().click();
    const tree = await page.locator('body').ariaSnapshot();
    const unnamed = tree.split('\n').filter(line => /^\s*- (button|link|textbox|searchbox|application|img|region|table|figure|navigation|columnheader|rowheader)(:|$| \[)/.test(line));
    expect(unnamed).toEqual([]);
    for (const part of ['application "', 'img "', 'table "', 'columnheader "', 'rowheader "', 'searchbox "Filter: Outcome by principal"', 'figure "']) {
      expect(tree).toContain(part);
    }
    const ids = await page.locator('[id]').evaluateAll(elements => elements.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    const dangling = await page.evaluate<string[]>(`[...document.querySelectorAll('[aria-labelledby], [aria-describedby]')]
      .flatMap(e => [e.getAttribute('aria-labelledby'), e.getAttribute('aria-describedby')].join(' ').trim().split(/\\s+/)).filter(id => !document.getElementById(id))`);
    expect(dangling).toEqual([]);
  });

  test('tables have captions and scopes, and a status is a word wherever it is a colour', async () => {
    const { page } = await open(samplePage());
    const tables = await page.locator('table').evaluateAll(all => all.map(table => ({
      caption: table.caption.textContent,
      heads: [...table.tHead.rows[0].cells].every(cell => cell.scope === 'col'),
      rows: [...table.tBodies[0].rows].every(row => row.cells[0].scope === 'row'),
    })));
    tables.forEach(({ caption, heads, rows }) => expect([caption.length > 0, heads, rows]).toEqual([true, true, true]));
    const icons = await page.locator('svg.icon').evaluateAll(all => all.map(icon => [icon.getAttribute('aria-hidden'), /[a-z]{6}/.test(icon.parentElement.textContent)]));
    expect(icons.length).toBeGreaterThan(10);
    icons.forEach(icon => expect(icon).toEqual(['true', true]));
  });
});

describe('a page of nothing', () => {
  test('says so in every place', async () => {
    const { page, complaints, screenshot } = await open(emptyPage());
    expect(await page.locator('.empty').allTextContents()).toEqual([
      'Nobody called a model in this month.', 'No cost was seen.', 'No changes of status were seen.', 'No spend was seen.', 'Nothing was checked.', 'Nothing to show.',
    ]);
    expect(await page.locator('.plot').count()).toBe(0);
    expect(complaints).toEqual([]);
    await screenshot('empty');
  });

  test('has neither sections nor figures if need be', async () => {
    const { page, complaints } = await open({ title: 'Nothing', lead: '', figures: [], sections: [], notes: [], footer: '' });
    expect(await page.getByRole('heading').allTextContents()).toEqual(['Nothing']);
    expect(complaints).toEqual([]);
  });
});

describe('a huge page', () => {
  test('opens in seconds, draws only what is in sight, and finds one among two hundred', async () => {
    const startedAt = Date.now();
    const { page, complaints, screenshot } = await open(hugePage(), { viewport: { width: 1280, height: 900 } });
    expect(Date.now() - startedAt).toBeLessThan(20_000);
    await eventually(async () => page.locator('.plot svg').count(), value => expect(value).toBeGreaterThan(0));
    expect(await page.locator('.plot svg').count()).toBeLessThan(20);

    const find = page.getByRole('searchbox', { name: 'Find: Spend' });
    await find.scrollIntoViewIfNeeded();
    await find.fill('PRINCIPAL-77');
    expect(await page.locator('.find output').textContent()).toBe('1 of 200 charts');
    await eventually(async () => page.locator('#spend figure:visible svg').count(), value => expect(value).toBeGreaterThan(0));
    expect(await page.locator('#spend figure:visible h3').allTextContents()).toEqual(['principal-77']);

    const filter = page.getByRole('searchbox', { name: 'Filter: Outcome by principal' });
    await filter.fill('EXCEEDED');
    expect(await page.locator('#principals tbody tr:visible').count()).toBe(33);
    expect(await page.locator('#principals output').textContent()).toBe('33 of 200 rows');

    expect(await page.locator('html').evaluate(html => html.scrollWidth)).toBeLessThanOrEqual(1280);
    expect(complaints).toEqual([]);
    await find.fill('');
    await screenshot('huge');
  });

  test('keeps the head of a long table in sight', async () => {
    const { page } = await open({ ...hugePage(), sections: [hugePage().sections[2]] });
    const scrolling = page.getByRole('region', { name: 'Outcome by principal' }).last();
    await scrolling.evaluate(element => {
      element.scrollTop = 3000;
    });
    const [box, head] = [(await scrolling.boundingBox())!, (await scrolling.locator('thead th').first().boundingBox())!];
    expect(Math.abs(box.y - head.y)).toBeLessThan(3);
  });

  test('scrolls to the row of states that the keyboard is at', async () => {
    const { page } = await open({ ...hugePage(), sections: [hugePage().sections[1]] });
    const chart = await focusChart(page, 0);
    for (let row = 0; row < 80; row++) {
      await page.keyboard.press('ArrowDown');
    }
    expect(await said(page)).toMatch(/^principal-79: /);
    expect(await chart.evaluate(plot => plot.scrollTop)).toBeGreaterThan(1000);
  });
});

/** All kinds of what a page has, at little cost. */
function hugeAndSmall(): ReportPage {
  const huge = hugePage();
  return { ...samplePage(), sections: [...samplePage().sections, { ...huge.sections[2], id: 'long' }] };
}

/** Scrolls to the end, so that every chart comes into sight. */
async function drawAll(page: Page): Promise<void> {
  for (const plot of await page.locator('.plot').all()) {
    await plot.scrollIntoViewIfNeeded();
    await plot.locator('svg').waitFor();
  }
}

async function focusChart(page: Page, chart: number): Promise<Locator> {
  const plot = page.locator(`[data-chart="${chart}"]`);
  await plot.scrollIntoViewIfNeeded();
  await plot.locator('svg').waitFor();
  await plot.focus();
  return plot;
}

async function said(page: Page): Promise<string> {
  return (await page.getByRole('status').textContent())!;
}

async function expectSaid(page: Page, text: string): Promise<void> {
  expect(await said(page)).toBe(text);
}

async function expectTip(chart: Locator, heading: string): Promise<void> {
  await eventually(async () => chart.locator('.tip b').textContent(), value => expect(value).toBe(heading));
  expect(await chart.locator('.tip').isVisible()).toBe(true);
}

/** Charts are drawn when the browser gets to it. */
async function eventually<T>(read: () => Promise<T>, check: (value: T) => void): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const value = await read();
    try {
      check(value);
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
      await pause(50);
    }
  }
}

async function focused(page: Page): Promise<string> {
  return page.evaluate<string>('document.activeElement.textContent');
}

/** As browsers tell colours. */
function rgb(colour: string): string {
  const [, ...channels] = /^#(..)(..)(..)/.exec(colour) ?? [];
  return channels.length > 0 ? `rgb(${channels.map(channel => parseInt(channel, 16)).join(', ')})` : colour;
}

