import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';

/** The journal of a home of valops, whole. Nothing in it is secret. */
export interface CustodyJournal {
  readonly path: string;
  /** Null when there is none. */
  readonly text: string | null;
}

/** Bytes of a journal that are fetched: some 6000 entries. */
const limit = 3 << 20;

/** Asks for the journal below `$VALOPS_HOME`, to be verified where it is judged. One longer than 3 MiB is unknown. */
export function custodyJournalAt(home: string): Question<CustodyJournal> {
  const path = `${home}/journal.jsonl`;
  return {
    id: 'custody.journal',
    family: 'custody',
    title: 'the journal, to verify its chain elsewhere (at most 3 MiB)',
    script: () => `path=${shellQuote(path)}
printf '%s\\n' "$path"
[ -e "$path" ] || { echo none; exit 0; }
[ -f "$path" ] || { echo 'the journal is no regular file' >&2; exit 3; }
size=$(stat -L -c %s -- "$path") || exit 4
[ "$size" -le ${limit} ] || { echo "the journal has $size bytes, more than the ${limit} that are fetched: valops journal verify" >&2; exit 3; }
echo "size $size"
head -c "$size" -- "$path"`,
    privileged: true,
    timeout: 10,
    parse: ({ stdout, stderr, exitCode }) => {
      if (exitCode !== 0) throw new Error(stderr.trim() || 'the journal could not be read');
      const [path = '', size = ''] = stdout.split('\n', 2);
      if (size === 'none') return { path, text: null };
      const text = stdout.slice(path.length + size.length + 2);
      // bytes that are no UTF-8 come as other bytes: then it is what the verifier finds wrong
      if (!/^size \d+$/.test(size) || Buffer.byteLength(text) < Number(size.slice(5)))
        throw new Error('the answer is not whole');
      return { path, text };
    },
  };
}

/** Of root's own home. */
export const custodyJournal = custodyJournalAt('/root/.valops');
