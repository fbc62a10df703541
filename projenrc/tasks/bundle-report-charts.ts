import { copyFileSync, existsSync } from 'fs';
import { build, type Metafile } from 'esbuild';

const ENTRY = 'src/lambdas/core/report-page/browser/main.mts';
const OUTPUT = 'report-charts.js';

/** Handlers that make report pages: they find the script beside their `index.mjs`. */
const REPORTING_HANDLERS: readonly string[] = ['chargeback-reporter'];

/**
 * Bundles the script that report pages carry, for the command line, and puts a copy beside every handler that makes such pages.
 *
 * @param directory of the command line
 * @param handlers directory of the bundled handlers
 */
export async function bundleReportCharts(directory: string, handlers: string): Promise<Metafile> {
  const outfile = `${directory}/${OUTPUT}`;
  const { metafile } = await build({
    entryPoints: [ENTRY],
    outfile,
    bundle: true,
    platform: 'browser',
    target: ['chrome109', 'firefox115', 'safari16'],
    format: 'iife',
    minify: true,
    treeShaking: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  for (const name of REPORTING_HANDLERS) {
    const bundle = `${handlers}/${name}/${name}.lambda`;
    if (existsSync(bundle)) {
      copyFileSync(outfile, `${bundle}/${OUTPUT}`);
    }
  }
  return metafile;
}
