import type { Baseline, BaselineState } from '../audit/baseline/document.ts';
import { baselineDigest, baselineLimit, baselinePath, parseBaseline } from '../audit/baseline/file.ts';
import { journalPath } from '../config/home.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';

/** The action under which an accepted baseline stands in the journal; its purpose is the host. */
export const acceptAction = 'audit.baseline.accept';

/** Digests the journal vouches for: the last one that was accepted, and those of writers that may have been stopped since. */
interface Vouched {
  readonly accepted: { readonly digest: string; readonly time: string } | null;
  readonly begun: ReadonlyMap<string, string>;
}

type Doors = Pick<Context, 'files' | 'home'>;

/**
 * What was accepted of each host, proven by the journal of this home; undefined for one of which nothing
 * was. Reads the journal once.
 */
export async function readBaselines(
  context: Doors,
  hosts: readonly string[],
): Promise<ReadonlyMap<string, BaselineState | undefined>> {
  const journal = await readVouched(context, new Set(hosts));
  return new Map(hosts.map((host) => [host, stateOf(context, host, journal)]));
}

async function readVouched(
  { files, home }: Doors,
  hosts: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Vouched> | string> {
  const { readJournal } = await import('../store/journal-read.ts');
  const found = new Map<string, Vouched>();
  try {
    const { problems } = await readJournal(
      files,
      journalPath(home),
      ({ action, purpose, phase, op, time, details }) => {
        if (action !== acceptAction || !hosts.has(purpose)) return;
        const before = found.get(purpose) ?? { accepted: null, begun: new Map<string, string>() };
        const digest = details?.['digest'];
        const begun = new Map(before.begun);
        if (phase === 'begin' && typeof digest === 'string') begun.set(op, digest);
        if (phase === 'failed') begun.delete(op);
        const done = begun.get(op);
        found.set(
          purpose,
          phase === 'done' && done !== undefined
            ? { accepted: { digest: done, time }, begun: new Map() }
            : { accepted: before.accepted, begun },
        );
      },
    );
    if (problems.length > 0) return 'the journal is not whole, and cannot vouch for a baseline: valops journal verify';
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    return `the journal cannot vouch for a baseline: ${error.message}`;
  }
  return found;
}

function stateOf(
  { files, home }: Doors,
  host: string,
  journal: ReadonlyMap<string, Vouched> | string,
): BaselineState | undefined {
  const unproven = (reason: string, tampered = true): BaselineState => ({ state: 'unproven', tampered, reason });
  if (typeof journal === 'string') return unproven(journal, false);
  const path = baselinePath(home, host);
  const vouched = journal.get(host);
  const accepted = vouched?.accepted ?? null;
  if (files.stat(path) === null) {
    if (accepted === null) return undefined;
    return unproven(`"${path}" is gone: accepted at ${accepted.time}, sha256 ${accepted.digest}`);
  }
  let bytes: Uint8Array;
  try {
    bytes = files.read(path, baselineLimit);
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    return unproven(error.message, false);
  }
  const digest = baselineDigest(bytes);
  // a writer that was stopped between the file and the end of its entry had said before what it would write
  if (digest !== accepted?.digest && ![...(vouched?.begun.values() ?? [])].includes(digest)) {
    const expected = accepted === null ? 'the journal knows of none' : `journalled is sha256 ${accepted.digest}`;
    return unproven(`"${path}" is not what was accepted: its sha256 is ${digest}, ${expected}`);
  }
  const baseline: Baseline | null = parseBaseline(bytes);
  if (baseline === null || baseline.host !== host) return unproven(`"${path}" is no baseline of "${host}"`);
  return { state: 'accepted', digest, baseline };
}
