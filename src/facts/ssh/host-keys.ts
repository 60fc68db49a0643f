import type { Question } from '../../core/fact.ts';
import { type FileMetadata, readMetadata } from '../file-metadata.ts';
import { partFunctions, readParts } from '../parts.ts';
import { daemonFunctions, refuseUnlessDone } from '../ssh-daemon.ts';

export interface HostKey {
  /** Private file, as `HostKey` names it. */
  readonly path: string;
  /** Null: sshd is told to use it, and there is none. */
  readonly file: FileMetadata | null;
  readonly publicFile: FileMetadata | null;
  /** As ssh-keygen names it: `ED25519`, `RSA`, `ECDSA`; null when it could not be read. */
  readonly type: string | null;
  readonly bits: number | null;
  /** `SHA256:…` */
  readonly fingerprint: string | null;
}

/** The host keys sshd is configured for, in its order. */
export const sshHostKeys: Question<readonly HostKey[]> = {
  id: 'ssh.host-keys',
  family: 'ssh',
  title: 'host keys: type, size, fingerprint, modes',
  script: () => `${daemonFunctions}${partFunctions}
keys=$(sshd_test) || exit
keys=$(printf '%s\\n' "$keys" | sed -n 's/^hostkey //p')
printf '%s\\n' "$keys" | while read -r key; do
  part "key $key" ssh-keygen -lf "$key"
  metadata "$key"
  metadata "$key.pub"
done 2>/dev/null`,
  privileged: true,
  timeout: 10,
  parse: (answer) => {
    refuseUnlessDone(answer);
    const parts = readParts(answer.stdout);
    return [...parts]
      .filter(([name]) => name.startsWith('key /'))
      .map(([name, { text }]) => {
        const path = name.slice('key '.length);
        const key = /^(\d+) (SHA256:\S+) .*\((\S+)\)$/.exec(text);
        return {
          path,
          file: readMetadata(parts, path),
          publicFile: readMetadata(parts, `${path}.pub`),
          type: key?.[3] ?? null,
          bits: key === null ? null : Number(key[1]),
          fingerprint: key?.[2] ?? null,
        };
      });
  },
};
