import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findProgram } from '../../src/hosts/local/program-path.ts';

/** Whether ssh-keygen(1) is in PATH. */
export const hasSshKeygen = findProgram('ssh-keygen', process.env['PATH'] ?? '') !== null;

/** Makes a key pair with ssh-keygen at `path`; `options` as on its command line. */
export function sshKeygen(
  path: string,
  ...options: readonly string[]
): { readonly pem: Buffer; readonly publicLine: string } {
  const passphrase = options.includes('-N') ? [] : ['-N', ''];
  execFileSync('ssh-keygen', ['-q', '-f', path, '-C', 'made by a test', ...passphrase, ...options], { stdio: 'pipe' });
  return { pem: readFileSync(path), publicLine: readFileSync(`${path}.pub`, 'utf8').trim() };
}
