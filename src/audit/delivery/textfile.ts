import { join } from 'node:path';
import { ValopsError } from '../../lib/errors.ts';
import { prometheus } from '../formats/prometheus.ts';
import type { DeliveryWay } from './run.ts';

/**
 * A file for the textfile collector of node_exporter, written whole and renamed into place, for everybody to
 * read. One for each checklist, because runs of several come at different times. A run that reached no host
 * writes nothing: `valops_audit_last_run_timestamp_seconds` grows old, and that is what to alert on.
 */
export const textfile: DeliveryWay = {
  name: 'textfile',
  describe({ reports }, { textfile: declared }) {
    if (declared === undefined || reports.length === 0) return null;
    const names = [...new Set(reports.map(({ checklist }) => fileOf(declared.directory, checklist)))];
    return `${reports.length === 1 ? 'the report' : `${reports.length} reports`} to ${names.join(', ')}`;
  },
  prove({ textfile: declared }, files) {
    if (declared === undefined || files.stat(declared.directory) !== null) return;
    throw new ValopsError('FILE_NOT_FOUND', `there is no directory "${declared.directory}"`, {
      hint: 'Make it, and start node_exporter with --collector.textfile.directory for it.',
    });
  },
  async deliver({ reports }, { textfile: declared }, { files }) {
    if (declared === undefined) return;
    textfile.prove({ textfile: declared }, files);
    const plain = (text: string): string => text;
    const marks = { heading: plain, dim: plain, good: plain, warn: plain, bad: plain };
    for (const checklist of new Set(reports.map((one) => one.checklist))) {
      const text = prometheus.render(
        reports.filter((one) => one.checklist === checklist),
        marks,
      );
      files.replace(fileOf(declared.directory, checklist), new TextEncoder().encode(text), { mode: prometheus.mode });
    }
  },
};

function fileOf(directory: string, checklist: string): string {
  return join(directory, `valops-audit-${checklist}.prom`);
}
