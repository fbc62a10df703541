/**
 * Puts the register of acknowledged findings into docs/compliance.md; everything else on the page is written by hand:
 *
 *   npx tsx projenrc/tasks/compliance-page.ts
 */
import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { ACKNOWLEDGED_FINDINGS } from '../../src/compliance/acknowledged-findings';
import { ACKNOWLEDGED_WILDCARDS } from '../../src/compliance/acknowledged-wildcards';
import { WILDCARD_RULE } from '../../src/compliance/acknowledgement';

const PAGE = path.join(__dirname, '..', '..', 'docs', 'compliance.md');
const PLACE = /(<!-- register -->\n)[^]*(<!-- end of register -->)/;

/** The page as it is, and as it has to be. */
export function compliancePage(): { readonly is: string; readonly shouldBe: string } {
  const is = readFileSync(PAGE, 'utf-8');
  if (!PLACE.test(is)) {
    throw new Error(`${PAGE} has no place for the register: put "<!-- register -->" and "<!-- end of register -->" there`);
  }
  return { is, shouldBe: is.replace(PLACE, (_, begin, end) => `${begin}${register()}${end}`) };
}

function register(): string {
  return `### Findings

${table(['rules', 'on', 'why it is as it should be'], ACKNOWLEDGED_FINDINGS.map(({ rules, at, reason }) => [lines(rules), lines(at), reason]))}
### Wildcards (\`${WILDCARD_RULE}\`)

${table(['policy', 'resource', 'actions', 'why it is no narrower'], ACKNOWLEDGED_WILDCARDS.map(({ policies, resources, actions, condition, reason }) => [
  lines(policies.map((policy) => policy.replace(/\/Role\/DefaultPolicy$/, ''))),
  lines(resources),
  `${lines(actions)}${condition ? `<br>with a condition on \`${condition}\`` : ''}`,
  reason,
]))}`;
}

function lines(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join('<br>');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

if (require.main === module) {
  writeFileSync(PAGE, compliancePage().shouldBe);
}
