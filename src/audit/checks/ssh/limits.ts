import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set([
  'maxauthtries',
  'maxsessions',
  'maxstartups',
  'logingracetime',
  'clientaliveinterval',
  'clientalivecountmax',
  'persourcemaxstartups',
]);

export const limits = settingsCheck(
  {
    id: 'ssh.limits',
    title: 'attempts and idle sessions are bounded',
    why: 'Without bounds, guessing and half-open connections cost the processor time that voting needs, and nobody notices them.',
    severity: 'low',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
