import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AlarmOverride, AlarmSeverity, BedrockBudgeteer, BedrockBudgeteerProps, BudgetPrincipal, InvocationLogs } from '../../src';
import { CONDITIONAL_ALARMS } from '../../src/monitoring/alarms/conditional-alarms';
import { SWITCHED_ON } from '../everything';
import { readable } from './support/intrinsics';
import { nameBundlesByPath, newStack, ofType, Synthesized, synthesize, synthesized, synthesizeSwitchedOn, withEveryAlarm } from './support/synthesize';

beforeEach(nameBundlesByPath);

const alarmsOf = ({ resources }: Pick<Synthesized, 'resources'>) => Object.values(ofType(resources, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
const namesOf = (budgeteer: BedrockBudgeteer) => budgeteer.alarms.map(({ node }) => node.id);
const overridden = (name: string, override: AlarmOverride, props: BedrockBudgeteerProps = {}) => {
  const made = synthesize({ ...props, alarmOverrides: { [name]: override } });
  return { ...made, alarm: alarmsOf(made).find(({ AlarmName }) => AlarmName === `${made.budgeteer.deploymentId}-${name}`) };
};

describe('names', () => {
  test('are the same in every deployment, behind its id', () => {
    const { budgeteer } = synthesizeSwitchedOn();
    const names = alarmsOf(synthesizeSwitchedOn()).map(({ AlarmName }) => AlarmName);
    expect(names.sort()).toEqual(namesOf(budgeteer).map(name => `${budgeteer.deploymentId}-${name}`).sort());
    expect(new Set(names).size).toBe(names.length);
  });

  test('give the alarm', () => {
    const { budgeteer } = synthesizeSwitchedOn();
    for (const name of namesOf(budgeteer)) {
      expect(budgeteer.alarm(name).node.id).toBe(name);
    }
  });

  test.each([
    ['metering-lga', 'did you mean "metering-lag"?'],
    ['nonsense', 'use one of'],
    // only with `administration`
    ['administration-errors', 'use one of'],
  ])('that are none give no alarm: %s', (name, remedy) => {
    expect(() => synthesize().budgeteer.alarm(name)).toThrow(`alarm is "${name}", allowed is the name of an alarm that is there: ${remedy}`);
  });
});

describe('severities', () => {
  test('are those of the runbook', () => {
    const critical = alarmsOf(synthesizeSwitchedOn()).filter(({ AlarmDescription }) => readable(AlarmDescription).startsWith('CRITICAL: '));
    expect(critical.map(({ AlarmName }) => AlarmName.slice(synthesizeSwitchedOn().budgeteer.deploymentId.length + 1)).sort()).toEqual([
      'coverage-gap', 'enforcement-paused', 'evaluation-errors', 'failure-records-lost', 'failure-records-lost-2', 'failure-records-lost-3', 'invocation-logging-failures', 'log-delivery-errors', 'logging-off', 'mantle-use', 'metering-lag', 'monitor-silent',
      'policies-not-restored', 'restoration-failures', 'restore-on-removal-failures', 'stream-lag', 'suspension-failures', 'unenforceable-over-limit', 'unreadable-records',
      'usage-meter-failures',
    ]);
  });

  test('decide who is told', () => {
    const stack = newStack();
    const pager = new Topic(stack, 'Pager');
    const budgeteer = new BedrockBudgeteer(stack, 'Budgeteer', { alarmActions: { critical: [new SnsAction(pager), new SnsAction(new Topic(stack, 'Room'))] } });
    const toldBy = (severity: string) => alarmsOf(synthesized(stack)).filter(({ AlarmDescription }) => readable(AlarmDescription).startsWith(severity));
    for (const { AlarmActions } of toldBy('CRITICAL')) {
      // people who hear alarms through the operations topic are not to miss what is worst
      expect(AlarmActions).toEqual([stack.resolve(budgeteer.operationsTopic.topicArn), stack.resolve(pager.topicArn), { Ref: expect.stringMatching(/^Room/) }]);
    }
    for (const { AlarmActions } of toldBy('WARNING')) {
      expect(AlarmActions).toEqual([stack.resolve(budgeteer.operationsTopic.topicArn)]);
    }
    expect(toldBy('CRITICAL').length).toBeGreaterThan(10);
  });

  test('can be told past the operations topic, and to nobody', () => {
    const stack = newStack();
    const pager = new Topic(stack, 'Pager');
    new BedrockBudgeteer(stack, 'Budgeteer', { alarmActions: { critical: [new SnsAction(pager)], tellOperationsTopic: false } });
    for (const { AlarmActions: actions, AlarmDescription } of alarmsOf(synthesized(stack))) {
      expect(actions ?? []).toEqual(readable(AlarmDescription).startsWith('CRITICAL') ? [stack.resolve(pager.topicArn)] : []);
    }
  });

  test.each([
    [{ critical: 'pager' }, 'alarmActions.critical is "pager", allowed is a list'],
    [{ fatal: [] }, 'alarmActions.fatal is no option of AlarmActions, allowed is only critical, warning, tellOperationsTopic'],
    [{ tellOperationsTopic: 'false' }, 'alarmActions.tellOperationsTopic is "false", allowed is true or false'],
    [false, 'alarmActions is false, allowed is an object of options'],
  ])('are not told by %j', (alarmActions, message) => {
    expect(() => synthesize({ alarmActions: alarmActions as never })).toThrow(message);
  });

  test('have no more actions than CloudWatch carries out', () => {
    const stack = newStack();
    const warning = Array.from({ length: 6 }, (_, index) => new SnsAction(new Topic(stack, `T${index}`)));
    expect(() => new BedrockBudgeteer(stack, 'Budgeteer', { alarmActions: { warning } })).toThrow('alarmActions.warning is 6 actions, allowed is at most 3');
  });
});

describe('an override', () => {
  test('leaves an alarm out, and no other', () => {
    const { budgeteer, alarm } = overridden('drift', { enabled: false });
    expect(alarm).toBeUndefined();
    expect(namesOf(synthesize().budgeteer).filter(name => !namesOf(budgeteer).includes(name))).toEqual(['drift']);
  });

  test('changes what it names, and nothing else', () => {
    const before = alarmsOf(synthesize()).find(({ AlarmName }) => AlarmName.endsWith('-metering-lag'));
    const { alarm } = overridden('metering-lag', { threshold: 60, evaluationPeriods: 5, datapointsToAlarm: 3 });
    expect(alarm).toEqual({ ...before, Threshold: 60, EvaluationPeriods: 5, DatapointsToAlarm: 3, AlarmDescription: expect.anything() });
    expect(overridden('metering-lag', { evaluationPeriods: 5 }).alarm!.AlarmDescription).toEqual(before!.AlarmDescription);
  });

  test.each([
    ['metering-lag', 60, '(Goes off above 60, set by alarmOverrides in place of 900.) First: '],
    ['drift', 2.5, '(Goes off above 2.5, set by alarmOverrides in place of 0.) First: '],
    ['monitor-silent', 2, '(Goes off below 2, set by alarmOverrides in place of 1.) First: '],
  ])('of the threshold of %s is told, since the rest of the description speaks of another', (name, threshold, told) => {
    expect(readable(overridden(name, { threshold }).alarm!.AlarmDescription)).toContain(told);
  });

  test('of every threshold leaves descriptions that CloudWatch takes', () => {
    const names = [...new Set(namesOf(synthesizeSwitchedOn().budgeteer).map(name => name.replace(/-\d+$/, '')))];
    const { resources } = synthesize({ ...SWITCHED_ON, alarmOverrides: Object.fromEntries(names.map(name => [name, { threshold: 1234567.891 }])) });
    // the URL of a queue, which is known later, takes up to 200 characters
    const lengths = alarmsOf({ resources }).map(({ AlarmDescription }) => readable(AlarmDescription).replace(/\$\{[^}]*\}/g, 'x'.repeat(200)).length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1024);
  });

  test('keeps the side on which an alarm goes off', () => {
    expect(overridden('monitor-silent', { threshold: 2 }).alarm).toMatchObject({ Threshold: 2, ComparisonOperator: 'LessThanThreshold' });
  });

  test('of the severity tells others', () => {
    const stack = newStack();
    const pager = new Topic(stack, 'Pager');
    new BedrockBudgeteer(stack, 'Budgeteer', {
      alarmActions: { critical: [new SnsAction(pager)] }, alarmOverrides: { 'drift': { severity: AlarmSeverity.CRITICAL }, 'stream-lag': { severity: AlarmSeverity.WARNING } },
    });
    const alarms = alarmsOf(synthesized(stack));
    const [drift, lag] = ['-drift', '-stream-lag'].map(name => alarms.find(({ AlarmName }) => AlarmName.endsWith(name))!);
    expect(drift.AlarmActions).toContainEqual(stack.resolve(pager.topicArn));
    expect(lag.AlarmActions).not.toContainEqual(stack.resolve(pager.topicArn));
    expect(readable(drift.AlarmDescription)).toMatch(/^CRITICAL: /);
  });

  test('concerns all alarms of its name', () => {
    const made = synthesize({ alarmOverrides: { 'events-dropped': { evaluationPeriods: 4 } } });
    const dropped = alarmsOf(made).filter(({ AlarmName }) => AlarmName.includes('events-dropped'));
    expect(dropped.map(({ EvaluationPeriods }) => EvaluationPeriods)).toEqual([4, 4]);
  });

  test('concerns what comes with a later budget', () => {
    const { budgeteer, stack } = overridden('budget-declaration-failures', { threshold: 7 });
    budgeteer.addBudget({ principal: BudgetPrincipal.roleName('writer'), limitUsd: 1 });
    expect(stack.resolve((budgeteer.alarm('budget-declaration-failures').node.defaultChild as any).threshold)).toBe(7);
  });

  test.each<[string, AlarmOverride, string]>([
    ['metering-lag', { threshold: NaN }, 'threshold is NaN, allowed is a number from 0'],
    ['metering-lag', { threshold: -1 }, 'threshold is -1, allowed is a number from 0'],
    ['metering-lag', { threshold: '5' as never }, 'threshold is "5"'],
    ['metering-lag', { evaluationPeriods: '3' as never }, 'evaluationPeriods is "3"'],
    ['metering-lag', { evaluationPeriods: 0 }, 'evaluationPeriods is 0, allowed is a whole number from 1'],
    ['metering-lag', { evaluationPeriods: 1.5 }, 'evaluationPeriods is 1.5'],
    ['metering-lag', { evaluationPeriods: 289 }, 'evaluationPeriods is 289, allowed is at most 288'],
    ['prices-stale', { evaluationPeriods: 25 }, 'evaluationPeriods is 25, allowed is at most 24'],
    ['metering-lag', { datapointsToAlarm: 4 }, 'datapointsToAlarm is 4, allowed is at most evaluationPeriods, which is 3'],
    ['metering-lag', { datapointsToAlarm: -1 }, 'datapointsToAlarm is -1'],
    ['metering-lag', { severity: 'fatal' as AlarmSeverity }, 'severity is "fatal"'],
    ['metering-lag', { enabled: 'false' as unknown as boolean }, 'enabled is "false", allowed is true or false'],
  ])('of %s that makes no sense is refused: %j', (name, override, message) => {
    expect(() => overridden(name, override)).toThrow(`alarmOverrides["${name}"].${message}`);
  });

  test.each([
    [false, 'alarmOverrides["drift"] is false, allowed is an object of options: write { enabled: false } to leave the alarm out'],
    [undefined, 'alarmOverrides["drift"] is left out'],
    [{ treshold: 5 }, 'alarmOverrides["drift"].treshold is no option of AlarmOverride (did you mean "threshold"?), allowed is only enabled, severity, threshold, evaluationPeriods, datapointsToAlarm'],
  ])('that is none is refused: %j', (override, message) => {
    expect(() => overridden('drift', override as never)).toThrow(message);
  });

  test.each([
    ['metering-lags', 'alarmOverrides is for "metering-lags", which is no alarm, allowed is the names that docs/runbook.md lists: did you mean "metering-lag"?'],
    ['Metering-Lag', 'did you mean "metering-lag"?'],
    ['nonsense', 'use one of'],
    ['constructor', 'which is no alarm'],
    ['events-dropped-2', 'which is no alarm'],
  ])('of %s is refused', (name, message) => {
    expect(() => overridden(name, { enabled: false })).toThrow(message);
  });

  test.each(Object.entries(CONDITIONAL_ALARMS).filter(([name]) => name !== 'budget-declaration-failures'))('of %s is refused without %s', (name, needed) => {
    expect(() => withLeast({ alarmOverrides: { [name]: { enabled: false } } })).toThrow(
      `alarmOverrides["${name}"] is for an alarm that this deployment does not have, allowed is only together with ${needed}: add that, or leave the override out`,
    );
  });
});

test('what is there only where something is switched on is known as such, and nothing else', () => {
  const least = namesOf(withLeast());
  const more = namesOf(withEveryAlarm()).filter(name => !/-\d$/.test(name) && !least.includes(name));
  expect(Object.keys(CONDITIONAL_ALARMS).sort()).toEqual(more.sort());
});

describe('the runbook', () => {
  test('is that of the version, or of the main branch where nothing was released', () => {
    expect(readable(alarmsOf(synthesize())[0].AlarmDescription)).toContain('Runbook: https://github.com/bedrock-budgeteer/cdk-bedrock-budgeteer/blob/main/docs/runbook.md#');
  });

  test('can be one of the house', () => {
    const alarms = alarmsOf(synthesize({ runbookUrl: 'https://wiki.example.com/bedrock?page=1' }));
    expect(alarms.map(({ AlarmDescription }) => readable(AlarmDescription)).every(text => / Runbook: https:\/\/wiki\.example\.com\/bedrock\?page=1#[a-z-]+$/.test(text))).toBe(true);
  });

  test.each(['wiki', 'ftp://x', 'https://x#y', 'https://a b', ''])('is an address without an anchor, and not "%s"', runbookUrl => {
    expect(() => synthesize({ runbookUrl })).toThrow(`runbookUrl is "${runbookUrl}", allowed is the address of a page`);
  });
});

/** Everything off that can be. */
function withLeast(props: BedrockBudgeteerProps = {}): BedrockBudgeteer {
  const stack = newStack();
  return new BedrockBudgeteer(stack, 'Budgeteer', {
    refreshPrices: false,
    coverage: false,
    eventBus: EventBus.fromEventBusName(stack, 'Bus', 'theirs'),
    invocationLogs: InvocationLogs.fromLogGroup(LogGroup.fromLogGroupName(stack, 'Log', 'theirs')),
    ...props,
  });
}
