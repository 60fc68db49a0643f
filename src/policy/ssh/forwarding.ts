import type { SshSetting } from './setting.ts';
import { word } from './word.ts';

/** Nothing is forwarded but TCP to the host itself and beyond it, as RPC tunnels need it. */
export const forwarding: readonly SshSetting[] = [
  {
    directive: 'AllowTcpForwarding',
    wanted: word('local', 'no'),
    reason: 'operators reach RPC ports that listen on loopback through a tunnel; nobody opens one back to themselves',
    sources: ['sshd_config(5)', 'arch-valops SECURITY.md'],
  },
  {
    directive: 'AllowStreamLocalForwarding',
    wanted: word('no', 'local'),
    reason: 'sockets of services are not for remote users',
    sources: ['sshd_config(5)'],
  },
  {
    directive: 'AllowAgentForwarding',
    wanted: word('no'),
    reason: 'root of this host could use the keys of whoever logs in',
    sources: ['Lynis SSH-7408', 'dev-sec ssh-baseline'],
  },
  {
    directive: 'X11Forwarding',
    wanted: word('no'),
    reason: 'a validator has no windows, and X11 gives the host power over the client',
    sources: ['Lynis SSH-7408', 'dev-sec ssh-baseline'],
  },
  {
    directive: 'GatewayPorts',
    wanted: word('no'),
    reason: 'forwarded ports must not listen on public addresses',
    sources: ['dev-sec ssh-baseline'],
  },
  {
    directive: 'PermitTunnel',
    wanted: word('no'),
    reason: 'a network interface by SSH goes around the firewall',
    sources: ['Lynis SSH-7408', 'dev-sec ssh-baseline'],
  },
];
