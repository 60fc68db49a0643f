import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['loglevel']);

export const logLevel = settingsCheck(
  {
    id: 'ssh.log-level',
    title: 'sshd records who logged in, and by which key',
    why: 'After a theft the log must tell which key was used; with less than INFO it does not.',
    severity: 'medium',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
