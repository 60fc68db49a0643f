import { reportsDocument } from '../report-document.ts';
import type { ReportFormat } from './format.ts';

export const json: ReportFormat = {
  name: 'json',
  title: 'the report itself, or `valops/audit-reports/1` for several',
  mode: 0o600,
  render: (reports) => `${JSON.stringify(reportsDocument(reports), undefined, 2)}\n`,
};
