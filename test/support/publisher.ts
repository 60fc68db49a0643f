import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeMinisignKey } from './minisign.ts';
import type { ReleaseServer } from './release-server.ts';

/** Publishes releases of `node`: a real ELF program, a script that tells its version, and a data file. */
export interface Publisher {
  readonly publicKey: string;
  /** Puts archives for both platforms, a signed SHA256SUMS and its signature on the server. */
  publish(version: string): void;
  /** The path of an archive on the server. */
  path(version: string, target: string): string;
  /** The bytes of an archive. */
  archive(version: string, target: string): Buffer;
}

export const x64 = 'x86_64-unknown-linux-gnu';
export const arm64 = 'aarch64-unknown-linux-gnu';

/** A publisher whose key is made for the test; archives are made by the installed tar. */
export function makePublisher(server: ReleaseServer): Publisher {
  const key = makeMinisignKey();
  const path = (version: string, target: string): string => `/releases/${version}/node-${target}.tar.gz`;
  const made = new Map<string, Buffer>();
  const archive = (version: string, target: string): Buffer => {
    const name = path(version, target);
    const bytes = made.get(name) ?? makeArchive(version, target);
    made.set(name, bytes);
    return bytes;
  };
  return {
    publicKey: key.publicKey,
    path,
    archive,
    publish(version) {
      const lines = [x64, arm64].map((target) => {
        const bytes = archive(version, target);
        server.publish(path(version, target), bytes);
        return `${createHash('sha256').update(bytes).digest('hex')}  node-${target}.tar.gz\n`;
      });
      const sums = Buffer.from(lines.join(''));
      server.publish(`/releases/${version}/SHA256SUMS`, sums);
      server.publish(`/releases/${version}/SHA256SUMS.minisig`, Buffer.from(key.sign(sums)));
    },
  };
}

function makeArchive(version: string, target: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'valops-publisher-'));
  try {
    const root = join(directory, `node-${version}`);
    mkdirSync(join(root, 'bin'), { recursive: true });
    mkdirSync(join(root, 'share'));
    writeFileSync(join(root, 'bin/validator'), program(version, target));
    writeFileSync(join(root, 'bin/validator-ctl'), `#!/bin/sh\necho "validator-ctl ${version}"\n`);
    writeFileSync(join(root, 'share/genesis.json'), JSON.stringify({ chain: 'test', version }));
    writeFileSync(join(root, 'README'), 'not installed\n');
    for (const name of ['bin/validator', 'bin/validator-ctl']) chmodSync(join(root, name), 0o4777);
    const out = join(directory, 'out.tar.gz');
    execFileSync('tar', ['-C', directory, '-czf', out, `node-${version}`]);
    return readFileSync(out);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** sleep(1) of this machine, told apart by its version at the end; for ARM its header says so (elf(5), e_machine). */
function program(version: string, target: string): Buffer {
  const bytes = Buffer.concat([readFileSync('/bin/sleep'), Buffer.from(`\n${version}\n`)]);
  if (target === arm64) bytes.writeUInt16LE(183, 18);
  return bytes;
}
