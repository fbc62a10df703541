import { ReportPage } from '../report-page/report-page';
import { Chargeback } from './chargeback';
import { chargebackCsv } from './chargeback-csv';
import { chargebackJson } from './chargeback-json';
import { chargebackPage } from './chargeback-page';

/** Forms in which a report is kept. */
export const REPORT_FORMATS = ['csv', 'json', 'html'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export const CONTENT_TYPES: Readonly<Record<ReportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  html: 'text/html; charset=utf-8',
};

/** Draws a page; it needs a script that core does not have. */
export type PageRenderer = (page: ReportPage) => string;

/** The report in one of its forms: the same report makes the same text, whoever asks for it. */
export function reportText(report: Chargeback, format: ReportFormat, renderPage: PageRenderer): string {
  switch (format) {
    case 'csv': return chargebackCsv(report);
    case 'json': return chargebackJson(report);
    case 'html': return renderPage(chargebackPage(report));
  }
}
