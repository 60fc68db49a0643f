import { letsIn } from '../../packet-filter/lets-in.ts';
import type { LockoutRule } from './rule.ts';

/** A port that is new must let this login in through the rules that run, before sshd moves to it. */
export const port: LockoutRule = {
  id: 'LOCKOUT_PORT_CLOSED',
  title: 'sshd would listen on a port that the firewall does not let through',
  judge({ state: { login, effective, decided, ufw }, ports }) {
    const { from, to } = login;
    if (ports === null) return null;
    if (to !== undefined && !ports.includes(to.port)) {
      return { message: `sshd would no longer listen on port ${to.port} of this login`, hint: 'Keep it in ssh.port.' };
    }
    const present = (effective['port'] ?? []).map(Number);
    const added = ports.filter((one) => one !== to?.port && !present.includes(one));
    const kept = added
      .map((one) => ({ one, ...letsIn(decided, login, one) }))
      .filter(({ verdict }) => verdict !== 'accept');
    const [first] = kept;
    if (first === undefined) return null;
    const who = from ?? 'somebody from elsewhere';
    const reasons = kept.map(({ one, verdict, where, rule }) =>
      verdict === 'unknown'
        ? `whether the firewall lets ${who} in on port ${one} is not known: ${rule} (${where})`
        : `the firewall does not let ${who} in on port ${one}: ${rule} (${where})`,
    );
    return { message: reasons.join('; '), hint: openBy(first.one, from, ufw) };
  },
};

function openBy(one: number, from: string | undefined, ufw: boolean): string {
  if (ufw) return `Open it first: ufw allow from ${from ?? 'any'} to any port ${one} proto tcp`;
  return 'Open it first, or let one change do both in the right order: valops harden';
}
