import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set(['hostbasedauthentication', 'ignorerhosts']);

export const noHostTrust = settingsCheck(
  {
    id: 'ssh.no-host-trust',
    title: 'sshd trusts no user because of the host they come from',
    why: 'One host that is broken into must not open the validators beside it.',
    severity: 'high',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
