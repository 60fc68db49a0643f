import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['permitrootlogin']);

export const rootLogin = settingsCheck(
  {
    id: 'ssh.root-login',
    title: 'root cannot log in by SSH',
    why: 'Root is the name every attack tries first, and a login as root leaves no name of a person in the log of a host that holds keys worth money.',
    severity: 'high',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
