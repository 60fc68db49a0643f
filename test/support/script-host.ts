import { spawn } from 'node:child_process';
import type { HostLogin } from '../../src/core/fact.ts';
import type { Host } from '../../src/core/host.ts';

export const testLogin: HostLogin = { user: 'root', from: undefined, to: undefined, keyFingerprint: undefined };

/** This machine as a host, by any interpreter of POSIX sh: the least that `gather` needs. */
export function scriptHost(argv: readonly [string, ...string[]] = ['sh', '-s'], login: HostLogin = testLogin): Host {
  return {
    name: 'this machine',
    kind: 'local',
    login,
    run: ({ script }) =>
      new Promise((resolve, reject) => {
        const child = spawn(argv[0], argv.slice(1), { env: { PATH: process.env['PATH'] ?? '' } });
        const stdout: Buffer[] = [];
        const stderr: Buffer[] = [];
        child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
        child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
        child.on('error', reject);
        child.on('close', (exitCode) =>
          resolve({ exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) }),
        );
        child.stdin.on('error', () => undefined);
        child.stdin.end(script);
      }),
    reconnect: () => null,
    close: async () => undefined,
  };
}
