import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['allowusers', 'allowgroups', 'denyusers', 'denygroups']);

export const allowedUsers = settingsCheck(
  {
    id: 'ssh.allowed-users',
    title: 'only users who are named may log in',
    why: 'An account that a package or an attacker adds can log in at once where nobody is named.',
    severity: 'medium',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
