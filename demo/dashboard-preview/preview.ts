/**
 * `npx tsx demo/dashboard-preview/preview.ts [--everything] [--empty] [<folder>]`: draws the dashboard as a page and as a picture, with made-up numbers, so
 * that its layout, titles and tables can be looked at without an account. Needs the bundles (`npx tsx projenrc/tasks/bundle.ts`).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import chromium from '@sparticuz/chromium';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { chromium as browserType } from 'playwright-core';
import { BedrockBudgeteer, SuspensionStrategy } from '../../src';
import { Body, drawDashboard } from './draw';
import { madeLines } from './made-data';

const EVERYTHING = {
  agentCore: true,
  agentBudgets: { computeCosts: true },
  suspensionStrategy: SuspensionStrategy.DETACH,
  administration: true,
  reports: {},
  reconciliation: true,
  dailyDigest: {},
};

async function main(options: readonly string[]): Promise<void> {
  const folder = path.resolve(options.find(option => !option.startsWith('--')) ?? 'demo-report');
  const empty = options.includes('--empty');
  const stack = new Stack(new App(), 'Preview', { env: { account: '111122223333', region: 'eu-central-1' } });
  new BedrockBudgeteer(stack, 'Budgeteer', options.includes('--everything') ? EVERYTHING : {});
  const page = drawDashboard(bodyOf(stack), { lines: madeLines(), empty, alarmsOn: ['StreamLag', 'streamlag', 'drift', 'unknownmodels'] });
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, empty ? 'dashboard-empty' : 'dashboard');
  writeFileSync(`${file}.html`, page);
  const browser = await browserType.launch({ executablePath: await chromium.executablePath(), args: chromium.args });
  try {
    const tab = await browser.newPage({ viewport: { width: 1_570, height: 1_000 } });
    await tab.setContent(page);
    await tab.screenshot({ path: `${file}.png`, fullPage: true });
  } finally {
    await browser.close();
  }
  process.stdout.write(`${file}.html\n${file}.png\n`);
}

/** The body as CloudFormation would put it together: every reference is replaced by the id of its resource. */
export function bodyOf(stack: Stack): Body {
  const [{ Properties: { DashboardBody: body } }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const text = typeof body === 'string' ? body : (body['Fn::Join'][1] as unknown[]).map(part => (typeof part === 'string' ? part : referenceText(part))).join('');
  return JSON.parse(text);
}

function referenceText(reference: any): string {
  return String(reference.Ref ?? reference['Fn::GetAtt']?.[0] ?? 'reference');
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
