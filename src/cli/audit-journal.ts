import type { AuditReport } from '../audit/report.ts';
import { journalPath } from '../config/home.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';

/** The last entry of the journal, for reports to carry off; null, with a warning, when it is not whole. */
export async function readJournalHead({ files, home, events }: Context): Promise<AuditReport['journalHead']> {
  const { readJournal } = await import('../store/journal-read.ts');
  try {
    const { head, problems } = await readJournal(files, journalPath(home));
    if (problems.length === 0) return head;
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
  }
  events.emit({
    kind: 'warning',
    message: 'the journal is not whole or cannot be read: the report carries no head of it',
    hint: 'valops journal verify',
  });
  return null;
}
