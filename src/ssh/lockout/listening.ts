import { parseIp } from '../../lib/ip.ts';
import type { LockoutRule } from './rule.ts';

/**
 * The configuration on disk may hold an address or a port that the sshd which runs has not read yet: our
 * reload would make it count, and no undo of ours takes it back. Where systemd holds the port it does not.
 */
export const listening: LockoutRule = {
  id: 'LOCKOUT_NOT_LISTENING',
  title: 'sshd would no longer listen at the address of this login',
  judge({ state: { login, effective, unit }, ports }) {
    const own = parseIp(login.to?.address.replace(/%.*$/, '') ?? '');
    if (unit.socketActivated || login.to === undefined || own === null) return null;
    const { port } = login.to;
    const places = effective['listenaddress'] ?? [];
    const serves = places.some((place) => {
      const [, bracketed, plain = '', number] = /^(?:\[(.*)\]|(.*)):(\d+)$/.exec(place) ?? [];
      const ip = parseIp(bracketed ?? plain);
      // a port that is declared is the matter of another rule
      if (ip === null || ip.family !== own.family || (ports === null && Number(number) !== port)) return false;
      return ip.value === 0n || ip.value === own.value;
    });
    if (serves) return null;
    return {
      message: `as configured on the host, sshd listens on ${places.join(', ') || 'nothing'} once it is reloaded, and this login came in at ${login.to.address} port ${port}`,
      hint: 'Correct ListenAddress, Port or AddressFamily in the files of sshd, then plan again.',
    };
  },
};
