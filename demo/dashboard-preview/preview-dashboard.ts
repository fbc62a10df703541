import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BedrockBudgeteer } from '../../src';
import { SWITCHED_ON } from '../../test/everything';
import { Body, drawDashboard } from './draw';
import { madeLines } from './made-data';

export interface PreviewOptions {
  /** Whether everything that can be switched on is. */
  readonly everything: boolean;
  /** Whether nothing has happened yet. */
  readonly empty: boolean;
}

/** Draws the dashboard as a page, with made-up numbers. Needs the bundles. Returns where the page is. */
export function previewDashboard(folder: string, { everything, empty }: PreviewOptions): string {
  const stack = new Stack(new App(), 'Preview', { env: { account: '111122223333', region: 'eu-central-1' } });
  new BedrockBudgeteer(stack, 'Budgeteer', everything ? SWITCHED_ON : {});
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, empty ? 'dashboard-empty.html' : 'dashboard.html');
  writeFileSync(file, drawDashboard(bodyOf(stack), { lines: madeLines(), empty, alarmsOn: ['StreamLag', 'streamlag', 'drift', 'unknownmodels'] }));
  return file;
}

/** The body as CloudFormation would put it together: every reference is replaced by the id of its resource. */
function bodyOf(stack: Stack): Body {
  const [{ Properties: { DashboardBody: body } }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const text = typeof body === 'string' ? body : (body['Fn::Join'][1] as unknown[]).map(part => (typeof part === 'string' ? part : referenceText(part))).join('');
  return JSON.parse(text);
}

function referenceText(reference: any): string {
  return String(reference.Ref ?? reference['Fn::GetAtt']?.[0] ?? 'reference');
}
