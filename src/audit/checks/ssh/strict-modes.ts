import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['strictmodes']);

export const strictModes = settingsCheck(
  {
    id: 'ssh.strict-modes',
    title: 'sshd refuses key files that others may write',
    why: 'Whoever can write an authorized_keys file logs in as its owner; StrictModes is what keeps a wrong mode from being a way in.',
    severity: 'high',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
