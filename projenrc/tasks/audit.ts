import { spawnSync } from 'child_process';
import { existsSync, readFileSync } from 'fs';
import { isAuditReport, judge } from '../audits/advisories';
import { bundledIn } from '../audits/licences';

/**
 * Asks the registry for advisories about all packages, and whether their signatures are right: `npx projen audit`.
 *
 * Ends with 0 if there is nothing to do, 1 if there is, 2 if the registry could not be asked: that is no all-clear.
 */

interface Signatures {
  readonly invalid?: readonly { readonly name: string; readonly version: string }[];
  readonly missing?: readonly unknown[];
}

const NOTICES = 'THIRD-PARTY-LICENSES';

let ending = 0;

function ends(code: number): void {
  ending = ending === 1 ? 1 : code || ending;
}

function npm(...args: string[]): { readonly answer: unknown; readonly text: string } {
  const { stdout = '', stderr = '', error } = spawnSync('npm', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  try {
    return { answer: JSON.parse(stdout), text: stdout };
  } catch {
    // npm itself says what went wrong.
    return { answer: undefined, text: `${error?.message ?? ''}${stdout}${stderr}` };
  }
}

function reasonIn({ answer, text }: ReturnType<typeof npm>): string {
  const told = answer as { readonly message?: string; readonly error?: { readonly summary?: string } } | undefined;
  return (told?.message || told?.error?.summary || text.trim() || 'no answer').slice(0, 300);
}

if (!existsSync(NOTICES)) {
  console.error(`${NOTICES} is not there: run "npx projen bundle" first, which writes it`);
  process.exit(2);
}
const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
const bundled = [...bundledIn(readFileSync(NOTICES, 'utf8'))].map(id => id.slice(0, id.lastIndexOf('@')));
const shipping = new Set([...bundled, ...Object.keys(dependencies), ...Object.keys(peerDependencies)]);

const report = npm('audit', '--json');
if (isAuditReport(report.answer)) {
  const { faults, notes } = judge(report.answer, shipping, new Date().toISOString().slice(0, 10));
  notes.forEach(note => console.log(`note: ${note}`));
  faults.forEach(fault => console.error(`fault: ${fault}`));
  console.log(`advisories: ${faults.length} faults, ${notes.length} notes`);
  ends(faults.length === 0 ? 0 : 1);
} else {
  console.error(`advisories: the registry could not be asked, which is no all-clear: ${reasonIn(report)}`);
  ends(2);
}

const signatures = npm('audit', 'signatures', '--json');
const { invalid, missing } = (signatures.answer ?? {}) as Signatures;
if (invalid && missing) {
  invalid.forEach(({ name, version }) => console.error(`fault: the signature of ${name}@${version} is not that of the registry: do not use it`));
  console.log(`signatures: ${invalid.length} wrong, ${missing.length} packages without one`);
  ends(invalid.length === 0 ? 0 : 1);
} else {
  console.error(`signatures: the registry could not be asked, which is no all-clear: ${reasonIn(signatures)}`);
  ends(2);
}
process.exit(ending);
