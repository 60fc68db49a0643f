import type { AuthorizedKeysFile } from '../../facts/ssh/authorized-keys.ts';
import type { AuthorizedKey } from '../../facts/authorized-keys-line.ts';
import type { SshdSettings } from '../../facts/sshd-settings.ts';
import type { SshState } from '../state.ts';

/** A key by which somebody may log in, and the file it stands in. */
export interface KeyInFile {
  readonly key: AuthorizedKey;
  readonly file: AuthorizedKeysFile;
}

/** Plain keys of a user: lines of a certificate authority and revoked lines admit no plain key. */
export function keysOf(user: string, { authorizedKeys }: Pick<SshState, 'authorizedKeys'>): readonly KeyInFile[] {
  return authorizedKeys
    .filter((file) => file.user === user)
    .flatMap((file) => file.keys.map((key) => ({ key, file })))
    .filter(({ key }) => !key.options.some((option) => /^cert-authority$/i.test(option)));
}

/**
 * The lines that admit the key of the login in use; every key of the user when this is no login by
 * SSH. Null when the login is by SSH and its key is not known.
 */
export function keysInUse(state: SshState): readonly KeyInFile[] | null {
  const { login } = state;
  const keys = keysOf(login.user, state);
  if (login.from === undefined) return keys;
  if (login.keyFingerprint === undefined) return null;
  return keys.filter(({ key }) => key.fingerprint === login.keyFingerprint);
}

/** Whether keys may come from where no fact looks: a command, or a certificate authority. */
export function hasOtherKeySources(after: SshdSettings): boolean {
  return ['authorizedkeyscommand', 'trustedusercakeys'].some((keyword) => {
    const value = after[keyword]?.[0] ?? 'none';
    return value !== 'none' && value !== '';
  });
}
