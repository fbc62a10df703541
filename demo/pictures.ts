/**
 * `npx tsx demo/pictures.ts`: takes the pictures of the README anew, into `docs/images`: the dashboard with made-up numbers, and the report that the last
 * `npm run demo` has left.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import chromium from '@sparticuz/chromium';
import { chromium as browserType, Page } from 'playwright-core';
import { previewDashboard } from './dashboard-preview/preview-dashboard';

const IMAGES = path.resolve(__dirname, '../docs/images');
const REPORT = path.resolve(__dirname, '../demo-report/index.html');

interface Shot {
  readonly page: string;
  readonly picture: string;
  readonly width: number;
  readonly height: number;
}

async function take(tab: Page, { page, picture, width, height }: Shot): Promise<void> {
  await tab.setViewportSize({ width, height });
  await tab.goto(pathToFileURL(page).href);
  await tab.waitForTimeout(500);
  await tab.screenshot({ path: path.join(IMAGES, picture) });
}

async function main(): Promise<void> {
  if (!existsSync(REPORT)) {
    throw new Error(`${REPORT} is not there: run 'npm run demo' first, its report is one of the pictures`);
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'pictures-'));
  const browser = await browserType.launch({ executablePath: await chromium.executablePath(), args: chromium.args });
  try {
    const tab = await browser.newPage();
    const dashboard = previewDashboard(folder, { everything: false, empty: false });
    await take(tab, { page: dashboard, picture: 'dashboard.png', width: 1_570, height: 1_180 });
    await take(tab, { page: REPORT, picture: 'report.png', width: 1_280, height: 1_040 });
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
