import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const PAGES = ['.', 'docs', 'docs/decisions', 'examples', 'prices', ...examples()].flatMap(folder => (
  readdirSync(join(ROOT, folder)).filter(name => name.endsWith('.md')).map(name => join(folder, name))
// Generated from docstrings, by a tool that makes anchors of its own.
)).filter(page => page !== 'API.md');

function examples(): string[] {
  return readdirSync(join(ROOT, 'examples'), { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => join('examples', name));
}

/** Without code, in which brackets are something else. */
function textOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf-8').replace(/^( *)```.*?^\1```/gms, '').replace(/`[^`\n]*`/g, code => code.replaceAll(/[[\]()]/g, ' '));
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): Set<string> {
  const counts = new Map<string, number>();
  const headings = readFileSync(join(ROOT, page), 'utf-8').replace(/^( *)```.*?^\1```/gms, '').matchAll(/^#{1,6} +(.+)$/gm);
  const named = readFileSync(join(ROOT, page), 'utf-8').matchAll(/<a (?:id|name)="([^"]+)"/g);
  return new Set([...[...headings].map(([, heading]) => {
    const anchor = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, '').trim().replaceAll(' ', '-');
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  }), ...[...named].map(([, name]) => name)]);
}

interface Link {
  readonly page: string;
  readonly target: string;
}

function linksOf(page: string): Link[] {
  const text = textOf(page);
  return [...[...text.matchAll(/\]\(([^)\s]+)\)/g)], ...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map(([, target]) => ({ page, target }));
}

function brokenBecause({ page, target }: Link): string | undefined {
  const [path, anchor] = target.split('#');
  const file = path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path));
  if (!existsSync(join(ROOT, file))) {
    return `${page}: ${target}: there is no such file`;
  }
  return anchor && file.endsWith('.md') && file !== 'API.md' && !anchorsOf(file).has(anchor) ? `${page}: ${target}: there is no such heading` : undefined;
}

test('every link between pages, and every picture, leads somewhere', () => {
  const links = PAGES.flatMap(linksOf).filter(({ target }) => !/^[a-z]+:/.test(target));
  expect(links.length).toBeGreaterThan(200);
  expect(links.map(brokenBecause).filter(problem => problem !== undefined)).toEqual([]);
});

test('every page is reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const page of reached) {
    for (const { target } of linksOf(page).filter(link => !/^[a-z]+:/.test(link.target))) {
      const file = relative(ROOT, resolve(ROOT, dirname(page), target.split('#')[0]));
      // GitHub shows the README of a folder.
      [file, join(file, 'README.md')].filter(path => PAGES.includes(path)).forEach(path => reached.add(path));
    }
  }
  expect(PAGES.filter(page => !reached.has(page))).toEqual([]);
});

test('a link to nowhere is found', () => {
  expect(brokenBecause({ page: 'docs/faq.md', target: 'nowhere.md' })).toContain('no such file');
  expect(brokenBecause({ page: 'docs/faq.md', target: 'cost.md#nowhere' })).toContain('no such heading');
  expect(brokenBecause({ page: 'docs/faq.md', target: '#is-it-a-hard-cap' })).toBeUndefined();
});
