import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { RealHost } from './real-host.ts';

/** Where a program lies on this machine; undefined when it is not installed. */
export function programHere(name: string): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${name}`], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * Carries a program of this machine to a host that has no network to install it from, with the
 * libraries the host lacks. Answers its path there.
 */
export function carryProgram(host: RealHost, path: string): string {
  const libraries = spawnSync('ldd', [path], { encoding: 'utf8' }).stdout.matchAll(/=> (\/\S+)/g);
  for (const [, library = ''] of libraries) {
    const name = basename(library);
    if (host.tryConsole(`ldconfig -p | grep -q '^[[:space:]]*${name} '`) === null)
      carry(host, library, `/usr/local/lib/${name}`);
  }
  const there = `/usr/local/bin/${basename(path)}`;
  carry(host, path, there);
  host.console('ldconfig');
  return there;
}

function carry(host: RealHost, from: string, to: string): void {
  const options = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'BatchMode=yes'];
  const words = [...options, '-i', host.key, `root@${host.address}`, `cat >${to} && chmod 755 ${to}`];
  const { status, stderr } = spawnSync('ssh', words, { input: readFileSync(from), encoding: 'utf8', timeout: 30_000 });
  if (status !== 0) throw new Error(`"${from}" could not be carried to the host: ${stderr}`);
}
