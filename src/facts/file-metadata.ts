import type { Parts } from './parts.ts';

/** Who may do what with a file; links are followed. */
export interface FileMetadata {
  /** Four octal digits, for example `0644`. */
  readonly mode: string;
  /** User and group by name; their numbers where they have no name. */
  readonly owner: string;
  readonly group: string;
  readonly type: 'file' | 'directory' | 'other';
}

/**
 * Reads the part `stat PATH` that the shell functions `metadata` and `file` print. Null when there is
 * no such file.
 */
export function readMetadata(parts: Parts, path: string): FileMetadata | null {
  const part = parts.get(`stat ${path}`);
  if (part === undefined || part.status !== 0) return null;
  const [mode = '', uid = '', gid = '', owner = '', group = '', , ...type] = part.text.split(' ');
  return {
    mode: mode.padStart(4, '0'),
    owner: owner === 'UNKNOWN' ? uid : owner,
    group: group === 'UNKNOWN' ? gid : group,
    type: type[0] === 'regular' ? 'file' : type[0] === 'directory' ? 'directory' : 'other',
  };
}
