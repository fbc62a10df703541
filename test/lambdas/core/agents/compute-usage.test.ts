import { ComputeUnit } from '../../../../src/lambdas/core/agents/compute-prices';
import { ComputeQuantityError, formatHours } from '../../../../src/lambdas/core/agents/compute-quantity';
import { ComputeReading, hoursOfCompute, runtimeIdOf } from '../../../../src/lambdas/core/agents/compute-usage';
import { ACCOUNT, HOUR, NOON, REGION } from '../builders';

const own = { accountId: ACCOUNT, region: REGION };
const ARN = `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:runtime/support-Ab12Cd34Ef`;

function runtimeOf(Resource: string): string | undefined {
  return runtimeIdOf({ unit: 'gbHours', dimensions: { Service: 'AgentCore.Runtime', Resource } }, own);
}

function reading(unit: ComputeUnit, dimensions: Record<string, string>, sums: Record<number, number>): ComputeReading {
  return { series: { unit, dimensions }, sums: new Map(Object.entries(sums).map(([hour, sum]) => [Number(hour), sum])) };
}

function used(readings: readonly ComputeReading[], hours: readonly number[] = [NOON]) {
  return hoursOfCompute(readings, hours).map(({ hour, used: quantities }) => [hour, formatHours(quantities.vcpuHours), formatHours(quantities.gbHours)]);
}

describe('the runtime that a series is about', () => {
  test.each([
    ARN,
    `${ARN}/runtime-endpoint/DEFAULT`,
    `${ARN}:3`,
    ARN.replace('arn:aws:', 'arn:aws-us-gov:'),
    'runtime/support-Ab12Cd34Ef',
    'some/runtime/support-Ab12Cd34Ef/DEFAULT',
  ])('%s', resource => {
    expect(runtimeOf(resource)).toBe('support-Ab12Cd34Ef');
  });

  test.each([
    ['', 'nothing'],
    ['support-Ab12Cd34Ef', 'an id alone'],
    [ARN.replace(':runtime/', ':agent-runtime/'), 'a segment that only ends alike'],
    [ARN.replace(':runtime/', ':code-interpreter/'), 'a tool'],
    [`${ARN}.x`, 'an id that only begins alike'],
    ['runtime/', 'no id'],
    [`runtime/${'a'.repeat(101)}`, 'an id that is too long'],
    [ARN.replace(ACCOUNT, '999988887777'), 'a runtime of another account'],
    [ARN.replace(REGION, 'us-east-1'), 'a runtime of another region'],
  ])('%s: %s', resource => {
    expect(runtimeOf(resource)).toBeUndefined();
  });

  test('a series of the whole account is about none', () => {
    expect(runtimeIdOf({ unit: 'gbHours', dimensions: { Service: 'AgentCore.Runtime' } }, own)).toBeUndefined();
  });
});

describe('what a runtime used', () => {
  const byResource = { Service: 'AgentCore.Runtime', Resource: ARN };
  const byEndpoint = (Name: string) => ({ ...byResource, Name });

  test('hour by hour, and hours without usage are left out', () => {
    expect(used([
      reading('vcpuHours', byResource, { [NOON]: 0.25, [NOON + HOUR]: 0 }),
      reading('gbHours', byResource, { [NOON]: 1.5, [NOON + 2 * HOUR]: 0.5, [NOON + 3 * HOUR]: 9 }),
    ], [NOON, NOON + HOUR, NOON + 2 * HOUR])).toEqual([[NOON, '0.25', '1.5'], [NOON + 2 * HOUR, '0', '0.5']]);
  });

  test('what is published by resource and by endpoint counts once, by endpoint, whatever order the series come in', () => {
    const readings = [
      reading('vcpuHours', byResource, { [NOON]: 0.31 }),
      reading('vcpuHours', byEndpoint('support::DEFAULT'), { [NOON]: 0.1 }),
      reading('vcpuHours', byEndpoint('support::test'), { [NOON]: 0.2 }),
    ];
    expect(used(readings)).toEqual([[NOON, '0.3', '0']]);
    expect(used([...readings].reverse())).toEqual([[NOON, '0.3', '0']]);
  });

  test('a set of dimensions that tells nothing of an hour gives way to the next', () => {
    expect(used([
      reading('vcpuHours', byEndpoint('support::DEFAULT'), { [NOON]: 0.1 }),
      reading('vcpuHours', byResource, { [NOON]: 0.1, [NOON + HOUR]: 0.7 }),
    ], [NOON, NOON + HOUR])).toEqual([[NOON, '0.1', '0'], [NOON + HOUR, '0.7', '0']]);
  });

  test('of two sets with as many dimensions one counts, always the same', () => {
    const readings = [
      reading('gbHours', byEndpoint('support::DEFAULT'), { [NOON]: 1 }),
      reading('gbHours', { ...byResource, Operation: 'InvokeAgentRuntime' }, { [NOON]: 2 }),
    ];
    expect(used(readings)).toEqual([[NOON, '0', '1']]);
    expect(used([...readings].reverse())).toEqual([[NOON, '0', '1']]);
  });

  test('a number that is no quantity is refused', () => {
    expect(() => used([reading('gbHours', byResource, { [NOON]: -1 })])).toThrow(ComputeQuantityError);
  });
});
