import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { readChartsScript } from '../../src/cli/report-page/charts-script';
import { renderReportPage } from '../../src/lambdas/core/report-page/render-report-page';
import { pageData, Recording } from './page-data';

/** Where the bundle task leaves what draws the charts; the stack cannot be deployed without it either. */
const BUNDLES = path.resolve(__dirname, '..', '..', 'bin');

/** Writes `summary.json` and `index.html`. */
export function writeReport(directory: string, recording: Recording): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'summary.json'), `${JSON.stringify(recording.summary, undefined, 2)}\n`);
  writeFileSync(path.join(directory, 'index.html'), renderReportPage(pageData(recording), { chartsScript: readChartsScript(BUNDLES) }));
}
