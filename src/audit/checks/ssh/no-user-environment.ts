import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['permituserenvironment']);

export const noUserEnvironment = settingsCheck(
  {
    id: 'ssh.no-user-environment',
    title: 'users cannot set the environment of their login',
    why: 'LD_PRELOAD and the like get around every restriction that is put on a login.',
    severity: 'medium',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
