import { SWITCHED_ON } from '../everything';
import { actionsOf, statementsByRole } from './support/policies';
import { nameBundlesByPath, ofType, Resources, synthesize, synthesizeSwitchedOn } from './support/synthesize';

beforeEach(nameBundlesByPath);

const traced = () => synthesizeSwitchedOn().resources;

let without: Resources | undefined;
const untraced = () => without ??= synthesize({ ...SWITCHED_ON, tracing: false }).resources;

test('with tracing every function and workflow sends traces, and may', () => {
  const resources = traced();
  const functions = Object.values(ofType(resources, 'AWS::Lambda::Function'));
  const workflows = Object.values(ofType(resources, 'AWS::StepFunctions::StateMachine'));
  expect(functions.map(({ Properties }) => Properties.TracingConfig)).toEqual(functions.map(() => ({ Mode: 'Active' })));
  expect(workflows.map(({ Properties }) => Properties.TracingConfiguration)).toEqual(workflows.map(() => ({ Enabled: true })));
  expect([functions.length, workflows.length]).toEqual([21, 3]);

  const statements = statementsByRole(resources);
  const roles = [...functions.map(({ Properties }) => Properties.Role), ...workflows.map(({ Properties }) => Properties.RoleArn)].map(role => role['Fn::GetAtt'][0]);
  for (const role of roles) {
    expect(actionsOf(statements.get(role)!)).toEqual(expect.arrayContaining(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']));
  }
});

test('tracing adds these rights alone', () => {
  const withoutTracing = actionsOf([...statementsByRole(untraced()).values()].flat());
  const added = actionsOf([...statementsByRole(traced()).values()].flat()).filter(action => !withoutTracing.includes(action));
  expect(added).toEqual(['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
});

test('without tracing nothing is sent to X-Ray, nor may be', () => {
  const resources = untraced();
  expect(JSON.stringify(resources)).not.toMatch(/xray:|"TracingConfig"/);
  expect(Object.values(ofType(resources, 'AWS::StepFunctions::StateMachine')).map(({ Properties }) => Properties.TracingConfiguration?.Enabled ?? false)).toEqual([false, false, false]);
});

test('tracing is true or false', () => {
  expect(() => synthesize({ tracing: 'yes' as any })).toThrow(/tracing/);
});
