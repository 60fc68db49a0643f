import type { BinaryReleases } from '../facts/binaries/releases.ts';
import type { TreeEntry } from '../facts/tree.ts';
import { parseRecord, type ReleaseRecord } from '../sync/release.ts';
import type { Judgement } from './finding.ts';

/** One binary below a prefix, by what is active of it. */
export interface ActiveBinary {
  readonly name: string;
  /** The link `current`. */
  readonly link: TreeEntry;
  /** Name of the release it leads to; null when it leads to none that is there. */
  readonly release: string | null;
  /** Names below the release, by their path in it; the release itself is ``. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
  /** What the release says it is; else in words why that is not known. */
  readonly record: ReleaseRecord | string;
}

/** The binaries that valops installed below a prefix; a skip where there are none. */
export function readReleases({ prefix, entries, records }: BinaryReleases): readonly ActiveBinary[] | Judgement {
  const links = entries.filter(
    (one) => one.type === 'link' && /^\/[^/]+\/current$/.test(one.path.slice(prefix.length)),
  );
  if (links.length === 0) return { status: 'skip', subject: prefix, evidence: 'valops has installed no binary there' };
  return links.map((link): ActiveBinary => {
    const root = link.path.slice(0, -'/current'.length);
    const name = root.slice(prefix.length + 1);
    const target = link.target ?? '';
    const path = `${root}/${target}`;
    const isThere = !target.includes('/') && entries.some((one) => one.path === path && one.type === 'directory');
    const below = entries.filter((one) => one.path === path || one.path.startsWith(`${path}/`));
    return {
      name,
      link,
      release: isThere ? target : null,
      entries: new Map(below.map((one) => [one.path.slice(path.length + 1), one])),
      record: recordOf(records[name] ?? null, `${path}/release.json`),
    };
  });
}

function recordOf(text: string | null, path: string): ReleaseRecord | string {
  if (text === null) return `"${path}" is missing, or too large`;
  const read = parseRecord(new TextEncoder().encode(text), path);
  return read.known ? read.value.record : read.reason;
}
