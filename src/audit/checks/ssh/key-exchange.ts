import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['kexalgorithms']);

export const keyExchange = settingsCheck(
  {
    id: 'ssh.key-exchange',
    title: 'key exchange uses none but the wanted algorithms',
    why: 'A session that is recorded today and whose key exchange is weak gives up what was typed in it later.',
    severity: 'medium',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
