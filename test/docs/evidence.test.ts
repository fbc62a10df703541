import * as fs from 'node:fs';
import * as path from 'node:path';
import { quotedIn, REPOSITORY, rowsOf } from './markdown-tables';

/** Of files alone: other things stand between backticks as well. */
const FILE = /^(?:(?:\.github|bench|demo|docs|examples|projenrc|src|test)\/|[A-Z]+\.md$)/;

const controls = rowsOf('docs/soc2.md', 'criterion');
const threats = rowsOf('docs/security.md', 'boundary', 'threat');

const evidenceOf = (text: string) => quotedIn(text).filter(quoted => FILE.test(quoted));

test.each(controls.map(row => [row.criterion, row['evidence of design']]))('the evidence of %s is in the repository', (_, evidence) => {
  expect(evidenceOf(evidence).length).toBeGreaterThan(0);
  expect(evidenceOf(evidence)).toEqual(quotedIn(evidence));
  expect(evidenceOf(evidence).filter(file => !fs.existsSync(path.join(REPOSITORY, file)))).toEqual([]);
});

test.each(threats.map(row => [row.threat, row.proof]))('what proves the mitigation is a test: %s', (_, proof) => {
  expect(evidenceOf(proof).length).toBeGreaterThan(0);
  expect(evidenceOf(proof).filter(file => !file.startsWith('test/') || !fs.existsSync(path.join(REPOSITORY, file)))).toEqual([]);
});

test('the criteria that customers ask for first are among them', () => {
  const criteria = controls.map(({ criterion }) => criterion).join(' ');
  for (const wanted of ['CC6.1', 'CC6.6', 'CC7.2', 'CC8.1', 'A1.2', 'PI1.3', 'C1.1', 'C1.2', 'P4.3']) {
    expect(criteria).toContain(wanted);
  }
});

test('every boundary of the picture has its threats', () => {
  const picture = fs.readFileSync(path.join(REPOSITORY, 'docs/security.md'), 'utf8').split('```mermaid')[1].split('```')[0];
  const drawn = [...new Set([...picture.matchAll(/\bB\d\b/g)].map(([name]) => name))].sort();
  const named = threats.map(({ boundary }) => boundary.split(' ')[0]).filter(name => /^B\d$/.test(name));
  expect([...new Set(named)].sort()).toEqual(drawn);
});
