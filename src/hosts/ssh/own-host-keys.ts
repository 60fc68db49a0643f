import { join } from 'node:path';
import type { Files } from '../../core/files.ts';
import { fingerprint } from './host-key.ts';

const directory = '/etc/ssh';

/** `SHA256:…` of the host keys of this machine, from where sshd keeps them by default. */
export function ownHostKeys(files: Files): readonly string[] {
  return files
    .list(directory)
    .filter((name) => /^ssh_host_\w+_key\.pub$/.test(name))
    .map((name) => new TextDecoder().decode(files.read(join(directory, name))))
    .map((line) => fingerprint(Buffer.from(line.split(' ')[1] ?? '', 'base64')));
}
