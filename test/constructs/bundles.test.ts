import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { Handler } from '../../src/contract';
import { nameBundlesByPath, ofType, synthesizeEverything } from './support/synthesize';

beforeEach(nameBundlesByPath);

test('every handler has one function, whose code is the bundle of its source', () => {
  // when
  const { resources } = synthesizeEverything();

  // then
  const keys = Object.values(ofType(resources, 'AWS::Lambda::Function')).map(({ Properties }) => Properties.Code.S3Key);
  expect(keys.sort()).toEqual(Object.values(Handler).map(name => `assets/lambdas/${name}/${name}.lambda`).sort());
});

test.each(Object.values(Handler))('the bundler finds a source for %s', name => {
  expect(existsSync(path.resolve(__dirname, `../../src/lambdas/${name}/${name}.lambda.ts`))).toBe(true);
});
