/**
 * Bundles what is published as programs:
 *
 * - the Lambda handlers: `src/lambdas/<name>/<name>.lambda.ts` becomes `assets/lambdas/<name>/<name>.lambda/index.mjs`, and all of them
 *   `assets/handlers.json.br`, which is what the package has of them
 * - the command line: `src/cli/budgeteer.ts` becomes `bin/budgeteer.js`
 * - the script of report pages: `src/lambdas/core/report-page/browser/` becomes `bin/report-charts.js`, and lies beside the handlers that need it
 */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { build, type Metafile } from 'esbuild';
import { bundleCommandLine } from './bundle-command-line';
import { bundleReportCharts } from './bundle-report-charts';
import { packHandlers } from './pack-handlers';
import { slimAwsSdk } from './slim-aws-sdk';
import { thirdPartyLicenses } from './third-party-licenses';

const SOURCES = 'src/lambdas';
const ASSETS = 'assets/lambdas';
const ARCHIVE = 'assets/handlers.json.br';
const BIN = 'bin';

/** Packages that are still CommonJS call `require` for Node's own modules; an ES module has none unless it makes one. */
const REQUIRE_FOR_COMMON_JS = "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

async function main(): Promise<void> {
  // the command line last: one that is there has the rest beside it, even if the task was broken off
  rmSync(BIN, { recursive: true, force: true });
  const metafiles = [await bundleHandlers(), await bundleReportCharts(BIN, ASSETS), await bundleCommandLine(BIN)];
  writeFileSync('THIRD-PARTY-LICENSES', thirdPartyLicenses(metafiles));
  const packed = packHandlers(ASSETS, ARCHIVE);
  for (const [file, output] of metafiles.flatMap(({ outputs }) => Object.entries(outputs))) {
    print(file, output.bytes);
  }
  print(ARCHIVE, packed);
}

function print(file: string, bytes: number): void {
  console.log(`${file}  ${Math.ceil(bytes / 1024)} KiB`);
}

async function bundleHandlers(): Promise<Metafile> {
  const entries = readdirSync(SOURCES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(`${SOURCES}/${entry.name}/${entry.name}.lambda.ts`))
    .map((entry) => entry.name)
    .sort();

  // a handler that was renamed or removed must not stay in the package
  rmSync(ASSETS, { recursive: true, force: true });

  const { metafile } = await build({
    entryPoints: entries.map((name) => ({
      in: `${SOURCES}/${name}/${name}.lambda.ts`,
      out: `${name}/${name}.lambda/index`,
    })),
    outdir: ASSETS,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // prefer a package's ES module, which can be tree-shaken
    mainFields: ['module', 'main'],
    minify: true,
    treeShaking: true,
    legalComments: 'none',
    banner: { js: REQUIRE_FOR_COMMON_JS },
    plugins: [slimAwsSdk()],
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
