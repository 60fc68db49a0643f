import type { Change, Step } from '../core/change.ts';
import type { FileMetadata } from '../facts/file-metadata.ts';
import type { SshState } from './state.ts';
import { octal } from '../lib/octal.ts';

interface Wrong {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly wanted: string;
}

/** The mode a file of sshd's configuration gets: nobody but root reads it, and it never gets wider. */
export function settledMode(mode: string): string {
  return narrowed(mode, 0o600);
}

/** Modes and owners of configuration files and host keys (CIS Ubuntu 24.04 5.1.1 to 5.1.3). Null: all are right. */
export function changeModes({ files, hostKeys }: Pick<SshState, 'files' | 'hostKeys'>): Change | null {
  const wrong = [
    ...files.files.map((file) => ({ path: file.path, file, most: 0o600 })),
    ...hostKeys.map(({ path, file }) => ({ path, file, most: 0o600 })),
    ...hostKeys.map(({ path, publicFile }) => ({ path: `${path}.pub`, file: publicFile, most: 0o644 })),
  ].flatMap(({ path, file, most }) => judge(path, file, most));
  if (wrong.length === 0) return null;
  const chmod = (path: string, mode: string): Step => ({ step: 'run', argv: ['chmod', mode, path] });
  const chown = (path: string, owner: string): Step => ({ step: 'run', argv: ['chown', owner, path] });
  return {
    id: 'ssh.modes',
    summary: `${wrong.length === 1 ? 'one file' : `${wrong.length} files`} of sshd: only root may read keys and configuration`,
    risk: 'none',
    diff: wrong.map(({ path, mode, owner, wanted }) => `~ ${path}: ${owner} ${mode} → root ${wanted}`).join('\n'),
    do: wrong.flatMap(({ path, wanted }) => [chown(path, 'root:root'), chmod(path, wanted)]),
    undo: wrong.flatMap(({ path, mode, owner }) => [chown(path, owner), chmod(path, mode)]),
  };
}

function judge(path: string, file: FileMetadata | null, most: number): readonly Wrong[] {
  if (file === null) return [];
  const wanted = narrowed(file.mode, most);
  const owner = `${file.owner}:${file.group}`;
  return wanted === file.mode && owner === 'root:root' ? [] : [{ path, mode: file.mode, owner, wanted }];
}

function narrowed(mode: string, most: number): string {
  return octal(Number.parseInt(mode, 8) & most);
}
