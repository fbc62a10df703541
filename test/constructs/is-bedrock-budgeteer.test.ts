import { Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer } from '../../src';
import { nameBundlesByPath, synthesize } from './support/synthesize';

beforeEach(nameBundlesByPath);

test('tells an instance from anything else', () => {
  expect(BedrockBudgeteer.isBedrockBudgeteer(synthesize().budgeteer)).toBe(true);
  for (const other of [new Stack(), {}, null, undefined, 'Budgeteer', 1]) {
    expect(BedrockBudgeteer.isBedrockBudgeteer(other)).toBe(false);
  }
});

test('tells an instance of another copy of the library', () => {
  jest.isolateModules(() => {
    const copy = jest.requireActual<typeof import('../../src')>('../../src').BedrockBudgeteer;
    expect(copy).not.toBe(BedrockBudgeteer);
    expect(copy.isBedrockBudgeteer(synthesize().budgeteer)).toBe(true);
  });
});
