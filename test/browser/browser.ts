import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser, BrowserContextOptions, chromium, Page } from 'playwright-core';

import { VERSIONS } from '../../projenrc/versions';
import { renderReportPage } from '../../src/lambdas/core/report-page/render-report-page';
import { ReportPage } from '../../src/lambdas/core/report-page/report-page';

const SCREENSHOTS = resolve(__dirname, '../../test-reports/screenshots');

/** As the bundle task leaves it, and as it is published. */
export const CHARTS_SCRIPT = readFileSync(resolve(__dirname, '../../bin/report-charts.js'), 'utf-8');

/** A page in a browser, and what it did that it should not have done. */
export interface OpenPage {
  readonly page: Page;
  /** What the console complained of, and errors that nobody caught. */
  readonly complaints: readonly string[];
  /** Whatever it asked for besides itself; none of it was answered. */
  readonly requests: readonly string[];
  /** Into a directory that is not committed, for people to look at. */
  readonly screenshot: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** One headless Chromium for a test file, without a network. */
export class TestBrowser {
  private browser?: Browser;
  private readonly directory = mkdtempSync(join(tmpdir(), 'report-page-'));
  private files = 0;

  public async start(): Promise<void> {
    this.browser = await chromium.launch({
      executablePath: executable(),
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none', '--host-resolver-rules=MAP * ~NOTFOUND'],
    });
  }

  public async stop(): Promise<void> {
    await this.browser?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Opens a page from a file, as whoever got it would. */
  public async open(report: ReportPage | string, options: BrowserContextOptions = {}): Promise<OpenPage> {
    const file = join(this.directory, `${this.files++}.html`);
    writeFileSync(file, typeof report === 'string' ? report : renderReportPage(report, { chartsScript: CHARTS_SCRIPT }));
    const url = pathToFileURL(file).href;

    const context = await this.browser!.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', message => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
    page.on('pageerror', error => complaints.push(error.message));
    await context.route('**/*', async route => {
      const asked = route.request().url();
      if (asked === url) {
        await route.continue();
      } else {
        requests.push(asked);
        await route.abort();
      }
    });
    await page.goto(url);
    return {
      page,
      complaints,
      requests,
      screenshot: async name => {
        mkdirSync(SCREENSHOTS, { recursive: true });
        await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
      },
      close: async () => context.close(),
    };
  }
}

/**
 * The browser comes compressed and is unpacked once a machine. Several test files may want it at the same time, so that each unpacks it for
 * itself, and the first of them gives its own to all.
 */
function executable(): string {
  const shared = join(tmpdir(), `chromium-of-tests-${VERSIONS.chromium}`);
  if (!existsSync(shared)) {
    const own = mkdtempSync(join(tmpdir(), 'chromium-'));
    // A process of its own, since the place is taken from its environment.
    const unpacking = spawnSync(process.execPath, ['--input-type=module', '--eval', "await (await import('@sparticuz/chromium')).default.executablePath()"], {
      cwd: __dirname, env: { ...process.env, TMPDIR: own }, encoding: 'utf-8',
    });
    if (unpacking.status !== 0) {
      throw new Error(`the browser of the tests cannot be unpacked: ${unpacking.stderr}`);
    }
    try {
      renameSync(own, shared);
    } catch {
      rmSync(own, { recursive: true, force: true });
    }
  }
  return join(shared, 'chromium');
}
