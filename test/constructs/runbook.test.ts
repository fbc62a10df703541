import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { AlarmSeverity } from '../../src';
import { readable } from './support/intrinsics';
import { nameBundlesByPath, ofType, synthesized, withEveryAlarm } from './support/synthesize';

beforeEach(nameBundlesByPath);

const DOCS = path.join(__dirname, '../../docs');
const runbook = readFileSync(path.join(DOCS, 'runbook.md'), 'utf8');

/** By name, as the runbook has them: an anchor of GitHub is the heading itself, where it is of small letters and hyphens. */
const sections = new Map(runbook.split(/\n### /).slice(1).map(section => [section.split('\n')[0], section.split(/\n## /)[0]]));

/** Name and severity of every alarm, with everything switched on; numbered ones are alarms of one name. */
function alarms(): ReadonlyMap<string, AlarmSeverity> {
  const budgeteer = withEveryAlarm();
  const { resources } = synthesized(Stack.of(budgeteer));
  return new Map(Object.values(ofType(resources, 'AWS::CloudWatch::Alarm')).map(({ Properties: { AlarmName, AlarmDescription } }) => (
    [AlarmName.slice(budgeteer.deploymentId.length + 1).replace(/-\d+$/, ''), readable(AlarmDescription).startsWith('CRITICAL') ? AlarmSeverity.CRITICAL : AlarmSeverity.WARNING]
  )));
}

test('every alarm has a section, and every section an alarm', () => {
  expect([...sections.keys()].sort()).toEqual([...alarms().keys()].sort());
});

test('the index lists every alarm under its severity, and so are the sections', () => {
  const between = (from: string, to: string) => runbook.slice(runbook.indexOf(from), runbook.indexOf(to));
  const listed = (text: string) => [...text.matchAll(/^\| \[([\w-]+)\]\(#\1\) \| \S/gm)].map(([, name]) => name);
  const headed = (text: string) => [...text.matchAll(/^### (.*)$/gm)].map(([, name]) => name);
  const of = (severity: AlarmSeverity) => [...alarms()].flatMap(([name, its]) => (its === severity ? [name] : [])).sort();
  expect(listed(between('**Critical**', '**Warning**'))).toEqual(of(AlarmSeverity.CRITICAL));
  expect(listed(between('**Warning**', '## Commands'))).toEqual(of(AlarmSeverity.WARNING));
  expect(headed(between('\n## Critical', '\n## Warnings'))).toEqual(of(AlarmSeverity.CRITICAL));
  expect(headed(runbook.slice(runbook.indexOf('\n## Warnings')))).toEqual(of(AlarmSeverity.WARNING));
});

test.each([...sections])('%s says what it means, what it costs, where to look, what to do and when to worry', (_, section) => {
  expect([...section.matchAll(/^\*\*(\w[\w ]*)\.\*\* \S.{8,}/gm)].map(([, part]) => part)).toEqual(['Meaning', 'Impact', 'First look', 'Remedy', 'Worry']);
});

test('commands that sections use are explained', () => {
  const used = new Set([...runbook.matchAll(/`(?:\w+ )?"?\$?\(?(failed|lines|again|fn|arn) [a-z<]/g)].map(([, command]) => command));
  for (const command of used) {
    expect(runbook).toMatch(new RegExp(`^${command}\\(\\)`, 'm'));
  }
  expect(used.size).toBeGreaterThan(2);
});

test('links lead to headings that are there', () => {
  const links = [...runbook.matchAll(/\]\(([\w.-]*)(?:#([\w-]+))?\)/g)].map(([, file, anchor]) => ({ file: file || 'runbook.md', anchor }));
  expect(links.length).toBeGreaterThan(50);
  for (const { file, anchor } of links.filter(link => link.anchor)) {
    const headings = [...readFileSync(path.join(DOCS, file), 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-'));
    expect({ file, anchor, isThere: headings.includes(anchor!) }).toEqual({ file, anchor, isThere: true });
  }
});
