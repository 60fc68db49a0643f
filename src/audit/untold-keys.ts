import type { AuthorizedKeysFile } from '../facts/ssh/authorized-keys.ts';
import type { Judgement } from './finding.ts';

/** One unknown for each authorized_keys file whose keys are not known: no user can hide the keys of another. */
export function untoldKeys(files: readonly AuthorizedKeysFile[]): readonly Judgement[] {
  return files.flatMap(({ user, path, untold }): readonly Judgement[] =>
    untold === undefined ? [] : [{ status: 'unknown', subject: `${user} ${path} keys`, evidence: untold }],
  );
}
