import { existsSync, readFileSync } from 'fs';
import { bundledIn, licenceFaults } from '../audits/licences';

/** Checks the licences of everything that ships, and of the tools: `npx projen licenses`. */

const NOTICES = 'THIRD-PARTY-LICENSES';

if (!existsSync(NOTICES)) {
  console.error(`${NOTICES} is not there: run "npx projen bundle" first, which writes it`);
  process.exit(2);
}
const bundled = bundledIn(readFileSync(NOTICES, 'utf8'));
const faults = licenceFaults(JSON.parse(readFileSync('package-lock.json', 'utf8')), JSON.parse(readFileSync('package.json', 'utf8')), bundled);
faults.forEach(fault => console.error(fault));
console.log(faults.length === 0 ? `licences: ${bundled.size} packages in bundles, nothing copyleft ships` : `licences: ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
