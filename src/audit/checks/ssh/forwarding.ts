import { settingsCheck } from '../../ssh-settings.ts';

const directives: ReadonlySet<string> = new Set([
  'allowtcpforwarding',
  'allowstreamlocalforwarding',
  'allowagentforwarding',
  'x11forwarding',
  'gatewayports',
  'permittunnel',
  'disableforwarding',
]);

export const forwarding = settingsCheck(
  {
    id: 'ssh.forwarding',
    title: 'sshd forwards no more than the profile allows',
    why: "A tunnel from a validator goes around its firewall, and a forwarded agent lends its owner's keys to whoever is root there.",
    severity: 'medium',
    cadence: 'weekly',
  },
  (directive) => directives.has(directive),
);
