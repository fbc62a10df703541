/**
 * `npx tsx demo/dashboard-preview/preview.ts [--everything] [--empty] [<folder>]`: draws the dashboard as a page and as a picture, with made-up numbers, so
 * that its layout, titles and tables can be looked at without an account. Needs the bundles (`npx tsx projenrc/tasks/bundle.ts`).
 */
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import chromium from '@sparticuz/chromium';
import { chromium as browserType } from 'playwright-core';
import { previewDashboard } from './preview-dashboard';

async function main(options: readonly string[]): Promise<void> {
  const folder = path.resolve(options.find(option => !option.startsWith('--')) ?? 'demo-report');
  const page = previewDashboard(folder, { everything: options.includes('--everything'), empty: options.includes('--empty') });
  const picture = page.replace(/\.html$/, '.png');
  const browser = await browserType.launch({ executablePath: await chromium.executablePath(), args: chromium.args });
  try {
    const tab = await browser.newPage({ viewport: { width: 1_570, height: 1_000 } });
    await tab.goto(pathToFileURL(page).href);
    await tab.screenshot({ path: picture, fullPage: true });
  } finally {
    await browser.close();
  }
  process.stdout.write(`${page}\n${picture}\n`);
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
