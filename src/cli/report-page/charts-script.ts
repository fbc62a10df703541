import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The script of report pages, as the bundle task left it beside this program. */
const CHARTS_SCRIPT = 'report-charts.js';

/**
 * What `renderReportPage` puts into a page to draw its charts.
 *
 * @param directory where the script is; beside the bundled command line by default
 */
export function readChartsScript(directory: string = __dirname): string {
  return readFileSync(join(directory, CHARTS_SCRIPT), 'utf-8');
}
