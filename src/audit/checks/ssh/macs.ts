import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['macs']);

export const macs = settingsCheck(
  {
    id: 'ssh.macs',
    title: 'integrity uses none but the wanted algorithms',
    why: 'A weak or badly ordered MAC lets somebody on the way change what arrives.',
    severity: 'low',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
