import type { SshSetting } from './setting.ts';
import { word } from './word.ts';

const cis = (number: string): string => `CIS Ubuntu 24.04 5.1.${number}`;

/** Who may log in, and by what: keys only, never root, nothing inherited from other hosts. */
export const authentication: readonly SshSetting[] = [
  {
    directive: 'PermitRootLogin',
    wanted: word('no'),
    reason: 'a login as a person leaves a name in the log, and root is what every attack tries first',
    sources: [cis('20'), 'Lynis SSH-7412'],
  },
  {
    directive: 'PubkeyAuthentication',
    wanted: word('yes'),
    reason: 'keys are the only way in that is left',
    sources: ['sshd_config(5)'],
  },
  {
    directive: 'PermitEmptyPasswords',
    wanted: word('no'),
    reason: 'an account without a password is open to everybody',
    sources: [cis('19')],
  },
  {
    directive: 'HostbasedAuthentication',
    wanted: word('no'),
    reason: 'a host that was broken into must not open the next one',
    sources: [cis('10')],
  },
  {
    directive: 'IgnoreRhosts',
    wanted: word('yes'),
    reason: 'files in home directories must not grant access to other hosts',
    sources: [cis('11')],
  },
  {
    directive: 'PermitUserEnvironment',
    wanted: word('no'),
    reason: 'users could set variables (LD_PRELOAD) that get around restrictions',
    sources: [cis('21')],
  },
  {
    directive: 'UsePAM',
    wanted: word('yes'),
    reason: 'account rules of PAM count, and an account with a locked password still takes its key',
    sources: [cis('22'), 'ansible-ssh-hardening#114'],
  },
  {
    directive: 'StrictModes',
    wanted: word('yes'),
    reason: 'an authorized_keys file that others may write would let them in',
    sources: ['sshd_config(5)'],
  },
];

/** No passwords, in neither of the two ways in which sshd asks for them. */
export const noPasswords: readonly SshSetting[] = [
  {
    directive: 'PasswordAuthentication',
    wanted: word('no'),
    reason: 'passwords are guessed; the one setting behind a reported break-in',
    sources: ['hetzneronline/community-content#1177', 'dev-sec ssh-baseline'],
  },
  {
    directive: 'KbdInteractiveAuthentication',
    wanted: word('no'),
    reason: 'with PAM it asks for the password all the same',
    sources: ['sshd_config(5)', 'dev-sec ssh-baseline'],
    since: [8, 7],
  },
];
