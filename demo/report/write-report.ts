import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { renderPage } from './page';
import { pageData, Recording } from './page-data';

/** Writes `summary.json` and `index.html`. */
export function writeReport(directory: string, recording: Recording): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'summary.json'), `${JSON.stringify(recording.summary, undefined, 2)}\n`);
  writeFileSync(path.join(directory, 'index.html'), renderPage(pageData(recording)));
}
