import type { HostLogin } from '../core/fact.ts';
import { shellQuote } from '../lib/shell-quote.ts';
import { readSshdSettings, type SshdSettings } from './sshd-settings.ts';

/** A connection for which sshd was asked what it would do (`sshd -T -C`). */
export interface SshConnection {
  readonly user: string;
  readonly host: string;
  readonly addr: string;
  readonly laddr: string;
  readonly lport: string;
}

/** The effective configuration for one connection, Match blocks included. */
export interface EffectiveFor {
  readonly connection: SshConnection;
  readonly settings: SshdSettings;
}

/**
 * Connection specification (sshd(8), -C) of a login but for its user: its own addresses, or loopback
 * to port 22 for a login that is not by network. The host name is the address, as sshd has it
 * without `UseDNS`. One word for a shell, quoted.
 */
export function connectionOf(login: HostLogin): string {
  const addr = login.from ?? '127.0.0.1';
  const laddr = login.to?.address ?? '127.0.0.1';
  return shellQuote(`host=${addr},addr=${addr},laddr=${laddr},lport=${login.to?.port ?? 22}`);
}

/** Shell lines which ask sshd (by `sshd_test`) for `user` over the connection of `login`. */
export function askForConnection(login: HostLogin, user: string): string {
  return `specification=user=${shellQuote(user)},${connectionOf(login)}
printf '%s\\n' "$specification"
sshd_test -C "$specification"
`;
}

/** Reads what those lines print. */
export function readEffectiveFor(stdout: string): EffectiveFor {
  const lineEnd = stdout.indexOf('\n');
  const given = new Map(
    stdout
      .slice(0, lineEnd)
      .split(',')
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const member = (name: string): string => given.get(name) ?? '';
  return {
    connection: {
      user: member('user'),
      host: member('host'),
      addr: member('addr'),
      laddr: member('laddr'),
      lport: member('lport'),
    },
    settings: readSshdSettings(stdout.slice(lineEnd + 1)),
  };
}
