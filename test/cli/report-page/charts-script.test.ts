import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { readChartsScript } from '../../../src/cli/report-page/charts-script';
import { renderReportPage } from '../../../src/lambdas/core/report-page/render-report-page';
import { emptyPage } from '../../browser/pages';

const BIN = resolve(__dirname, '../../../bin');

test('the script lies beside the command line, can stand in a page, and is small enough to be mailed', () => {
  const chartsScript = readChartsScript(BIN);
  expect(chartsScript.length).toBeLessThan(600_000);
  expect(renderReportPage(emptyPage(), { chartsScript })).toContain(chartsScript);
});

test('whoever looks for it in another place is told where it should have been', () => {
  expect(() => readChartsScript()).toThrow(/ENOENT.*report-charts\.js/);
});

test('handlers that make no pages do not carry it', () => {
  const lambdas = resolve(__dirname, '../../../assets/lambdas');
  const carrying = readdirSync(lambdas).filter(name => existsSync(`${lambdas}/${name}/${name}.lambda/report-charts.js`));
  expect(carrying.filter(name => name !== 'chargeback-reporter')).toEqual([]);
});
