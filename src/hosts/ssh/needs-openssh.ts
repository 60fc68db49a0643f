import type { Files } from '../../core/files.ts';
import { keyType } from './host-key.ts';
import { readPublicHalf } from './public-half.ts';
import type { SshTarget } from './target.ts';

/** Why a target, or a host on the way to it, can be reached by the OpenSSH client only; undefined when nothing says so. */
export function needsOpenssh(target: SshTarget, files: Files): string | undefined {
  if (target.needsOpenssh !== undefined) return `~/.ssh/config has ${target.needsOpenssh} for it`;
  const present = target.keys.files.filter((file) => files.stat(file) !== null);
  const certificate = present.map((file) => `${file}-cert.pub`).find((file) => files.stat(file) !== null);
  if (certificate !== undefined) return `there is a certificate, "${certificate}"`;
  const types = present.map((file) => keyType(readPublicHalf(files.read(file)) ?? new Uint8Array()));
  // a token beside ordinary keys is not asked for until those have failed
  if (types.length > 0 && types.every((type) => type.startsWith('sk-'))) return `"${present[0]}" is on a FIDO token`;
  return target.jump === undefined ? undefined : needsOpenssh(target.jump, files);
}
