import { Stack } from 'aws-cdk-lib';
import { BedrockBudgeteer } from '../../src';
import { nameBundlesByPath, synthesize } from './support/synthesize';

beforeEach(nameBundlesByPath);

test('tells an instance, also of another copy of the library, from anything else', () => {
  expect(BedrockBudgeteer.isBedrockBudgeteer(synthesize().budgeteer)).toBe(true);
  jest.isolateModules(() => {
    expect(require('../../src').BedrockBudgeteer.isBedrockBudgeteer(synthesize().budgeteer)).toBe(true);
  });
  for (const other of [new Stack(), {}, null, undefined, 'Budgeteer', 1]) {
    expect(BedrockBudgeteer.isBedrockBudgeteer(other)).toBe(false);
  }
});
