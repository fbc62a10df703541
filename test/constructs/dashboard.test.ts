import { TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { BedrockBudgeteer, BedrockBudgeteerProps, BudgetPrincipal, PrincipalKind, RefreshPeriod } from '../../src';
import { readable } from './support/intrinsics';
import { nameBundlesByPath, newStack, ofType, Synthesized, synthesize, synthesized } from './support/synthesize';

beforeEach(nameBundlesByPath);

const bodyOf = ({ resources }: Pick<Synthesized, 'resources'>) => {
  const [{ Properties: properties }] = Object.values(ofType(resources, 'AWS::CloudWatch::Dashboard'));
  return readable(properties.DashboardBody) as string;
};
const titlesOf = (props: BedrockBudgeteerProps) => JSON.parse(bodyOf(synthesize(props))).widgets.flatMap(({ properties: { title } }: any) => title ?? []);
const labelsOf = (props: BedrockBudgeteerProps) => {
  const { widgets } = JSON.parse(bodyOf(synthesize(props)));
  return widgets.find(({ properties: { title } }: any) => title === 'By kind of principal, last 24 hours').properties.metrics.map((metric: any) => metric.at(-1).label);
};

test('there is one by default, under a name that tells the deployment and the region', () => {
  const { budgeteer, resources } = synthesize();
  const [{ Properties: properties }] = Object.values(ofType(resources, 'AWS::CloudWatch::Dashboard'));
  expect(properties.DashboardName).toEqual({ 'Fn::Join': ['', [`${budgeteer.deploymentId}-`, { Ref: 'AWS::Region' }]] });
  expect(budgeteer.dashboard).toBeDefined();
  const [inRegion] = Object.values(ofType(synthesize({}, { account: '111122223333', region: 'eu-central-1' }).resources, 'AWS::CloudWatch::Dashboard'));
  expect(inRegion.Properties.DashboardName).toBe(`${budgeteer.deploymentId}-eu-central-1`);
});

test('there is none where none is wanted, and nothing else is other', () => {
  const { budgeteer, resources } = synthesize({ dashboard: false });
  const { [Object.keys(ofType(synthesize().resources, 'AWS::CloudWatch::Dashboard'))[0]]: _, ...others } = synthesize().resources;
  expect(budgeteer.dashboard).toBeUndefined();
  // messages link it
  const notifier = Object.entries(others).find(([id]) => id.includes('AlertNotifierFunction'))!;
  const { BUDGETEER_DASHBOARD_NAME: name, ...environment } = notifier[1].Properties.Environment.Variables;
  expect(name).toBeDefined();
  const unlinked = { ...notifier[1], Properties: { ...notifier[1].Properties, Environment: { Variables: environment } } };
  expect(resources).toEqual({ ...others, [notifier[0]]: unlinked });
});

test('says truly how often the tables are told: at every change, and of everybody once an hour', () => {
  const texts = JSON.parse(bodyOf(synthesize())).widgets.flatMap(({ properties: { markdown } }: any) => markdown ?? []).join();
  expect(texts).toContain('told at every change, and of everybody again every hour');
  expect(texts).not.toContain('again every quarter');
});

test('a text in place of a boolean is refused', () => {
  expect(() => synthesize({ dashboard: 'false' as unknown as boolean })).toThrow('dashboard is "false", allowed is true or false');
});

test.each<[RefreshPeriod, number]>([
  [RefreshPeriod.days(30), 30], [RefreshPeriod.days(7), 7], [RefreshPeriod.calendarWeek(), 7], [RefreshPeriod.calendarMonth(), 31],
  // a day is told anyway
  [RefreshPeriod.calendarDay(), 30], [RefreshPeriod.days(1), 30],
])('a period of %j is looked back at for %d days', (refreshPeriod, days) => {
  expect(titlesOf({ refreshPeriod })).toEqual(expect.arrayContaining(['Spent, last 24 hours', `Spent, last ${days} days`]));
});

test('kinds that cannot spend are not shown', () => {
  expect(labelsOf({ otherTrackedPrincipals: [] })).toEqual(['API keys of the console', 'IAM users']);
  expect(labelsOf({ otherTrackedPrincipals: [PrincipalKind.ROOT], agentCore: true, agentBudgets: { computeCosts: true } })).toEqual([
    'API keys of the console', 'IAM users', 'Root', 'AgentCore runtimes', 'AgentCore runtimes that share a role', 'Compute of AgentCore runtimes',
  ]);
});

test('shows the alarms as they are after overrides, also those that come with a later budget', () => {
  // given
  const stack = newStack();
  const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', { alarmOverrides: { drift: { enabled: false } } });
  budgeteer.addBudget({ principal: BudgetPrincipal.roleName('writer'), limitUsd: 1 });

  // when
  const { widgets } = JSON.parse(bodyOf(synthesized(stack)));

  // then
  const shown = widgets.filter(({ type }: any) => type === 'alarm');
  expect(shown.map(({ properties: { title } }: any) => title)).toEqual(['Critical alarms that are on (empty: none)', 'Warnings that are on (empty: none)']);
  const arns = shown.flatMap(({ properties: { alarms } }: any) => alarms);
  expect(arns).toHaveLength(budgeteer.alarms.length);
  expect(arns.filter((arn: string) => /drift/.test(arn))).toEqual([]);
  expect(arns.filter((arn: string) => /budgetdeclarationfailures/.test(arn))).toHaveLength(1);
});

test('can have more on it', () => {
  const stack = newStack();
  new BedrockBudgeteer(stack, 'Budgeteer').dashboard!.addWidgets(new TextWidget({ markdown: 'ours' }));
  expect(JSON.parse(bodyOf(synthesized(stack))).widgets.at(-1).properties).toEqual({ markdown: 'ours' });
});
