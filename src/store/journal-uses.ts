import type { JournalEntry } from './journal-entry.ts';

/** One use of one private key, as the journal has it. */
export interface KeyUse {
  /** Fingerprint, or the name of the key's source where it has no fingerprint. */
  readonly key: string;
  /** When it began: RFC 3339, UTC. */
  readonly time: string;
  /** `user@host`, and who called sudo where that is known. */
  readonly user: string;
  /** Noun and verb; of older entries the noun alone. */
  readonly command: string;
  readonly purpose: string;
  readonly outcome: 'done' | 'failed' | 'unfinished';
  /** Error code of a failed one. */
  readonly code?: string;
}

/** Reads key uses out of entries, in memory bounded by the operations that never ended. */
export interface UseReader {
  /** Takes the next entry; answers the uses of an operation that ended with it. */
  entry(entry: JournalEntry): readonly KeyUse[];
  /** The uses of operations without an outcome: killed, or still running. */
  end(): readonly KeyUse[];
}

/** Operations in which private keys are used, beside those that say so by `details.opens`. */
const usingKeys =
  /^(open|identity\.(open|restore)|keys\.escrow\.(split|check|recover|reshare)|keys\.rotate|backup\.(verify|restore|drill)|reseal(\..*)?)$/;

/** A reader at the beginning of a journal. */
export function createUseReader(): UseReader {
  const begun = new Map<string, JournalEntry>();
  return {
    entry(entry) {
      if (entry.phase === 'begin') {
        begun.set(entry.op, entry);
        return [];
      }
      const begin = begun.get(entry.op) ?? entry;
      begun.delete(entry.op);
      return usesOf(begin, entry);
    },
    end: () => [...begun.values()].flatMap((begin) => usesOf(begin, null)),
  };
}

function usesOf(begin: JournalEntry, outcome: JournalEntry | null): readonly KeyUse[] {
  const opened = keysOpened(outcome);
  const isUse = usingKeys.test(begin.action) || Array.isArray(begin.details?.['opens']);
  // Until it is known which of the keys opened the file, each of them may have.
  const keys = opened.length > 0 ? opened : isUse ? (begin.keys ?? []) : [];
  const { time, purpose } = begin;
  const phase = outcome?.phase ?? 'unfinished';
  return [...new Set(keys)].map((key) => ({
    key,
    time,
    user: userOf(begin),
    command: commandOf(begin),
    purpose,
    outcome: phase === 'begin' ? 'unfinished' : phase,
    ...(outcome?.code === undefined ? {} : { code: outcome.code }),
  }));
}

function keysOpened(outcome: JournalEntry | null): readonly string[] {
  const { opened, openedBy } = outcome?.details ?? {};
  if (Array.isArray(opened)) {
    return (opened as readonly unknown[]).flatMap((one) =>
      typeof one === 'object' && one !== null && 'key' in one && typeof one.key === 'string' ? [one.key] : [],
    );
  }
  return typeof openedBy === 'string' ? [openedBy] : [];
}

function userOf({ actor, host, sudoUser }: JournalEntry): string {
  return sudoUser === undefined || sudoUser === actor ? `${actor}@${host}` : `${actor}@${host} (sudo: ${sudoUser})`;
}

/** Older versions wrote the noun after their own version. */
function commandOf({ command, tool }: JournalEntry): string {
  return command ?? (tool.split(' ').slice(2).join(' ') || 'not recorded');
}
