import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import type { JournalHead } from '../core/journal.ts';
import { digestBytes } from '../lib/digest.ts';
import { renderTranscript } from './page.ts';
import { saveState, type CeremonyState } from './state.ts';
import { transcriptFiles } from './steps.ts';
import { makeTranscript, type Transcript } from './transcript.ts';

/** A ceremony that is closed. */
export interface Held {
  readonly transcript: Transcript;
  readonly document: { readonly path: string; readonly sha256: string };
  readonly page: { readonly path: string; readonly sha256: string };
  /** The last entry of the journal, which has the digests of transcript and page. */
  readonly journalHead: JournalHead | null;
}

/** Writes transcript and page beside what was made, and their digests to the journal. */
export async function closeCeremony(context: Context, state: CeremonyState): Promise<Held> {
  const { out } = state.answers;
  const transcript = await makeTranscript(context, state);
  const document = write(context, join(out, transcriptFiles.document), `${JSON.stringify(transcript, undefined, 2)}\n`);
  const page = write(context, join(out, transcriptFiles.page), renderTranscript(transcript, document.sha256));
  context.journal
    .begin({
      action: 'ceremony.close',
      purpose: `ceremony ${state.id}`,
      details: { transcript: document.sha256, page: page.sha256, out },
    })
    .done();
  saveState(context, { ...state, closedAt: transcript.writtenAt });
  return { transcript, document, page, journalHead: context.journal.head() };
}

function write(context: Context, path: string, content: string | Uint8Array): Held['page'] {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  context.files.replace(path, bytes, { mode: 0o644 });
  return { path, sha256: digestBytes(bytes).sha256 };
}
