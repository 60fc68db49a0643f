import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const tools = ['mkfs.exfat', 'mount.exfat-fuse', 'losetup', 'umount'];

/** Whether a stick can be made here. */
export const canMountExfat =
  process.getuid?.() === 0 &&
  existsSync('/dev/fuse') &&
  tools.every((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0);

/** An exFAT file system of 64 MiB, mounted as most sticks are: every file is everybody's. */
export interface Stick {
  readonly path: string;
  /** Unmounts it and frees the loop device. */
  remove(): void;
}

/** Makes and mounts a stick below a directory. */
export function mountExfat(directory: string): Stick {
  const image = join(directory, 'stick.img');
  const path = join(directory, 'stick');
  mkdirSync(path);
  execFileSync('truncate', ['-s', '64M', image]);
  execFileSync('mkfs.exfat', [image], { stdio: 'ignore' });
  const loop = execFileSync('losetup', ['-f', '--show', image], { encoding: 'utf8' }).trim();
  const free = (): void => void spawnSync('losetup', ['-d', loop]);
  try {
    execFileSync('mount.exfat-fuse', [loop, path], { stdio: 'ignore' });
  } catch (error) {
    free();
    throw error;
  }
  return {
    path,
    remove() {
      spawnSync('umount', [path]);
      free();
      rmSync(image, { force: true });
    },
  };
}
