import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['pubkeyauthentication', 'usepam']);

export const keysAccepted = settingsCheck(
  {
    id: 'ssh.keys-accepted',
    title: 'sshd takes keys, under the account rules of PAM',
    why: 'Keys are the only way in that is left: without them nobody gets in when the validator fails, and without PAM expired accounts do.',
    severity: 'medium',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
