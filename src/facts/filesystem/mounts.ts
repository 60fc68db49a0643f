import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface Mount {
  readonly path: string;
  readonly type: string;
  /** For example `nosuid`; first `rw`, or `ro` when the mount or the whole file system is read-only. */
  readonly options: readonly string[];
}

export interface FstabEntry {
  readonly path: string;
  readonly type: string;
  readonly options: readonly string[];
  readonly line: number;
}

export interface Usage {
  readonly path: string;
  /** Percent in use, rounded up; null where the file system does not count. */
  readonly blocks: number | null;
  readonly inodes: number | null;
}

export interface Mounts {
  readonly mounts: readonly Mount[];
  readonly fstab: readonly FstabEntry[];
  /** Of file systems kept on this machine, those of containers left out. */
  readonly usage: readonly Usage[];
}

const unescape = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** What is mounted where and how, what /etc/fstab says of it, and how full it is. */
export const filesystemMounts: Question<Mounts> = {
  id: 'filesystem.mounts',
  family: 'filesystem',
  title: 'mounted file systems, their options and use, and fstab',
  script: () => `${partFunctions}
usage() { timeout 8 df -P -l "$@" 2>/dev/null; }
mounts() { awk '{ for (i = 7; $i != "-"; i++) ; print $5, $6, $(i + 1), $(i + 3) ~ /^ro(,|$)/ ? "ro" : "rw" }' /proc/1/mountinfo; }
part mounts mounts
[ ! -e /etc/fstab ] || part fstab cat /etc/fstab
part blocks usage
part inodes usage -i`,
  privileged: false,
  timeout: 20,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const mounts = partOf(parts, 'mounts').text.split('\n').flatMap(readMount);
    if (mounts.length === 0) throw new Error('/proc/1/mountinfo could not be read');
    const fstab = parts.get('fstab');
    if (fstab !== undefined && fstab.status !== 0) throw new Error('/etc/fstab could not be read');
    const [blocks, inodes] = [percentages(partOf(parts, 'blocks').text), percentages(partOf(parts, 'inodes').text)];
    const kept = mounts.filter(
      ({ type, path }) => isKept(type) && !/^\/var\/lib\/(docker|containerd|lxc|lxd|incus)\//.test(path),
    );
    return {
      mounts,
      fstab: (fstab?.text ?? '').split('\n').flatMap(readEntry),
      usage: [...new Set(kept.map(({ path }) => path))].map((path) => ({
        path,
        blocks: blocks.get(path) ?? null,
        inodes: inodes.get(path) ?? null,
      })),
    };
  },
};

const isKept = (type: string): boolean => /^(ext[234]|xfs|btrfs|zfs|f2fs|bcachefs|jfs|overlay|vfat)$/.test(type);

function readMount(line: string): readonly Mount[] {
  const [path, options = '', type, whole] = line.split(' ');
  if (path === undefined || type === undefined) return [];
  const own = options.split(',').filter((option) => option !== 'rw' && option !== 'ro');
  const access = whole === 'ro' || options.split(',').includes('ro') ? 'ro' : 'rw';
  return [{ path: unescape(path), type, options: [access, ...own] }];
}

function readEntry(text: string, index: number): readonly FstabEntry[] {
  const [, path, type = '', options = ''] = text.trim().split(/\s+/);
  if (text.trim().startsWith('#') || path === undefined) return [];
  return [
    { path: unescape(path), type, options: options.split(',').filter(Boolean).map(withoutPassword), line: index + 1 },
  ];
}

/** mount.cifs(8): an option of fstab may hold a password. */
function withoutPassword(option: string): string {
  return option.replace(/^(\w*pass\w*|\w*pw|\w*secret|\w*token)=.*$/i, '$1=…');
}

function percentages(df: string): ReadonlyMap<string, number> {
  return new Map(
    [...df.matchAll(/ (\d+)% (\/.*)$/gm)].map(([, percent, path = '']) => [path, Number(percent)] as const),
  );
}
