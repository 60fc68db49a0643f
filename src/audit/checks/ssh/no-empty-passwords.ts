import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['permitemptypasswords']);

export const noEmptyPasswords = settingsCheck(
  {
    id: 'ssh.no-empty-passwords',
    title: 'sshd lets no account in without a password',
    why: 'An account with an empty password is open to everybody who can reach the port.',
    severity: 'critical',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
