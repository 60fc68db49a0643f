import { sshAuthorizedKeys } from '../../../facts/ssh/authorized-keys.ts';
import { sshEffective } from '../../../facts/ssh/effective.ts';
import { sshHostKeys } from '../../../facts/ssh/host-keys.ts';
import type { BaselineEntry } from '../entry.ts';
import { defineSection } from '../section.ts';
import { keyOption } from '../without-arguments.ts';

/** Settings of sshd by which keys count that are in no authorized_keys file of a user. */
const settings = [
  'authorizedkeysfile',
  'authorizedkeyscommand',
  'authorizedkeyscommanduser',
  'authorizedprincipalsfile',
  'authorizedprincipalscommand',
  'trustedusercakeys',
  'revokedkeys',
  'hostcertificate',
] as const;

export const keysSection = defineSection({
  id: 'keys',
  title: 'SSH keys of users and of the host',
  needs: { files: sshAuthorizedKeys, hostKeys: sshHostKeys, sshd: sshEffective },
  entries: ({ files, hostKeys, sshd }) => [
    ...files.flatMap(({ user, path, keys, unreadable, untold }): readonly BaselineEntry[] => [
      ...(untold === undefined
        ? []
        : [{ key: `keys of ${user} in ${path} that are not known`, value: untold, file: path }]),
      ...keys.map(({ line, type, fingerprint, comment, options }) => ({
        key: `key of ${user} in ${path}: ${fingerprint}`,
        value: [type, ...options.map(keyOption).toSorted(), comment].filter(Boolean).join(' '),
        file: `${path}:${line}`,
      })),
      ...unreadable.map((line) => ({
        key: `line of ${user} in ${path} that is no key`,
        value: '',
        file: `${path}:${line}`,
      })),
    ]),
    ...hostKeys.map(({ path, type, fingerprint }): BaselineEntry => ({
      key: `host key ${path}`,
      value: fingerprint === null ? 'not readable' : `${type} ${fingerprint}`,
      file: path,
    })),
    ...settings.flatMap((name): readonly BaselineEntry[] => {
      const value = (sshd[name] ?? []).join(' ');
      return value === '' || value === 'none' ? [] : [{ key: `sshd setting ${name}`, value }];
    }),
  ],
});
