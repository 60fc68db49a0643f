import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['pubkeyacceptedalgorithms', 'requiredrsasize']);

export const userKeyAlgorithms = settingsCheck(
  {
    id: 'ssh.user-key-algorithms',
    title: 'users prove themselves by the wanted algorithms only',
    why: 'A short or old key of one person is enough to log in as them.',
    severity: 'medium',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
