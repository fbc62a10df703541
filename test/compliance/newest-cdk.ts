import * as path from 'node:path';

// Puts the newest CDK in the place of the lowest one, in the test file that imports this before anything else: cdk-nag needs it, and so do the acknowledgements
// that the construct makes for it.
const LOWEST = 'aws-cdk-lib';
const NEWEST = 'aws-cdk-lib-newest';

// Its own check of templates takes longer than all that is checked here.
process.env.CDK_VALIDATION = 'false';

const { exports: entries } = jest.requireActual(`${LOWEST}/package.json`);
for (const entry of Object.keys(entries)) {
  const file = path.posix.join(LOWEST, entry);
  if (isImported(file)) {
    jest.doMock(file, () => jest.requireActual(file.replace(LOWEST, NEWEST)));
  }
}

// Where npm has not put the newest schema below the newest CDK, the lowest one is found.
jest.doMock('@aws-cdk/cloud-assembly-schema', () => jest.requireActual('cloud-assembly-schema-newest'));

function isImported(file: string): boolean {
  return file === LOWEST || /^aws-cdk-lib\/(aws-[\w-]+|assertions|core|custom-resources|cx-api|region-info)$/.test(file);
}
