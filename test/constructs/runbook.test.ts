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

describe('what alarms watch', () => {
  const THRESHOLD: Readonly<Record<string, string>> = { GreaterThanThreshold: 'above', LessThanThreshold: 'below' };

  /** A row for each name: numbered alarms are alike. */
  function rows(): readonly string[] {
    const budgeteer = withEveryAlarm();
    const { resources } = synthesized(Stack.of(budgeteer));
    const all = Object.values(ofType(resources, 'AWS::CloudWatch::Alarm')).map(({ Properties: alarm }) => {
      const single = { Metric: alarm, Stat: alarm.Statistic ?? alarm.ExtendedStatistic, Period: alarm.Period };
      const metrics: any[] = alarm.Metrics?.flatMap(({ MetricStat }: any) => MetricStat ?? []) ?? [single];
      const name = alarm.AlarmName.slice(budgeteer.deploymentId.length + 1).replace(/-\d+$/, '');
      const names = [...new Set(metrics.map(({ Metric }) => `\`${Metric.MetricName}\``))].join(', ');
      const [{ Stat, Period }] = metrics;
      return `| ${name} | ${names} | ${Stat.toLowerCase()} of ${Period / 60} minutes | ${THRESHOLD[alarm.ComparisonOperator]} ${alarm.Threshold} | ${alarm.EvaluationPeriods} |`;
    });
    return [...new Set(all)].sort();
  }

  test('is listed, with thresholds and periods', () => {
    const listed = runbook.slice(runbook.indexOf('\n## What alarms watch')).split('\n').filter(line => /^\| [a-z]/.test(line) && !line.startsWith('| alarm |'));
    expect(listed).toEqual(rows());
  });
});

test('alarms that may be several say so under their name', () => {
  const several = ['alert-chat-failures', 'alert-delivery-failures', 'alert-webhooks-undelivered', 'event-deliveries-lost', 'events-dropped', 'failure-records-lost'];
  for (const [name, section] of sections) {
    expect({ name, told: section.includes(`\`${name}-2\``) }).toEqual({ name, told: several.includes(name) });
  }
  const numbered = withEveryAlarm().alarms.flatMap(({ node }) => /^(.*)-\d+$/.exec(node.id)?.[1] ?? []);
  expect(several).toEqual(expect.arrayContaining(numbered));
  expect(numbered.length).toBeGreaterThan(1);
});
