import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['ciphers']);

export const ciphers = settingsCheck(
  {
    id: 'ssh.ciphers',
    title: 'encryption uses none but the wanted ciphers',
    why: 'CBC modes and RC4 leak what is typed on the host to whoever can listen on the way.',
    severity: 'medium',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
