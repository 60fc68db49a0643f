import { authentication } from '../authentication.ts';
import { limits } from '../limits.ts';
import type { SshProfile, SshSetting } from '../setting.ts';
import { word } from '../word.ts';

const cis = (number: string): readonly string[] => [`CIS Ubuntu 24.04 5.1.${number}`];

/** What section 5.1 says beyond authentication and limits. DisableForwarding (5.1.8) is level 2. */
const access: readonly SshSetting[] = [
  {
    directive: 'AllowUsers',
    wanted: { kind: 'any-of', directives: ['AllowUsers', 'AllowGroups', 'DenyUsers', 'DenyGroups'] },
    reason: 'only those who are named may log in',
    sources: cis('4'),
  },
  {
    directive: 'Banner',
    wanted: { kind: 'not', write: '/etc/issue.net', not: ['none'] },
    reason: 'whoever connects is told that the system is private',
    sources: cis('5'),
  },
  {
    directive: 'GSSAPIAuthentication',
    wanted: word('no'),
    reason: 'code that is not used is not offered to strangers',
    sources: cis('9'),
  },
];

/** CIS forbids names; these are all of OpenSSH's that it leaves. */
const cisAlgorithms: readonly SshSetting[] = [
  {
    directive: 'KexAlgorithms',
    wanted: {
      kind: 'names',
      names: [
        'mlkem768x25519-sha256',
        'sntrup761x25519-sha512',
        'sntrup761x25519-sha512@openssh.com',
        'curve25519-sha256',
        'curve25519-sha256@libssh.org',
        'ecdh-sha2-nistp256',
        'ecdh-sha2-nistp384',
        'ecdh-sha2-nistp521',
        'diffie-hellman-group-exchange-sha256',
        'diffie-hellman-group16-sha512',
        'diffie-hellman-group18-sha512',
        'diffie-hellman-group14-sha256',
      ],
    },
    reason: 'no SHA-1 and no group 1',
    sources: cis('12'),
  },
  {
    directive: 'Ciphers',
    wanted: {
      kind: 'names',
      names: ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com', 'aes256-ctr', 'aes192-ctr', 'aes128-ctr'],
    },
    reason: 'no CBC; chacha20-poly1305 is out because of Terrapin (CVE-2023-48795)',
    sources: cis('6'),
  },
  {
    directive: 'MACs',
    wanted: {
      kind: 'names',
      names: [
        'hmac-sha2-512-etm@openssh.com',
        'hmac-sha2-256-etm@openssh.com',
        'umac-128-etm@openssh.com',
        'hmac-sha2-512',
        'hmac-sha2-256',
      ],
    },
    reason: 'no MD5, no SHA-1, no short tags',
    sources: cis('15'),
  },
];

/** CIS Ubuntu 24.04 LTS 1.0.0, section 5.1, level 1. Says nothing about passwords. */
export const cisL1: SshProfile = {
  name: 'cis-l1',
  title: 'CIS Ubuntu 24.04, section 5.1, level 1 (server)',
  settings: [
    ...authentication.filter(({ sources }) => sources.some((source) => source.startsWith('CIS'))),
    ...access,
    ...limits,
    ...cisAlgorithms,
  ],
  rsaBits: 2048,
  moduliBits: 2048,
  weakUserKeys: [],
};
