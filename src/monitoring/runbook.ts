import { readFileSync } from 'node:fs';
import * as path from 'node:path';

const DOCUMENTS = 'https://github.com/bedrock-budgeteer/cdk-bedrock-budgeteer/blob';

/** The version of a copy that was not released. */
const UNRELEASED = '0.0.0';

/** The runbook of the version that is used: names and sections belong together. */
export function runbookOfThisVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(__dirname, '..', '..', 'package.json'), 'utf8'));
  return `${DOCUMENTS}/${version === UNRELEASED ? 'main' : `v${version}`}/docs/runbook.md`;
}
