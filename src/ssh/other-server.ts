import type { Snapshot } from '../core/fact.ts';
import type { Refusal } from '../core/plan.ts';
import { sshServer } from '../facts/ssh/server.ts';
import { sshVersion } from '../facts/ssh/version.ts';
import { valueOf } from '../facts/value-of.ts';

/**
 * Refuses a host whose logins OpenSSH does not serve: what another server reads is none of our files,
 * so that nothing we wrote would count, and no proof would prove anything. Null for OpenSSH.
 */
export function refuseOtherServer(snapshot: Pick<Snapshot, 'facts'>): Refusal | null {
  const program = valueOf(snapshot, sshServer)?.program ?? null;
  const other = program !== null && !program.startsWith('sshd') ? program : null;
  const version = snapshot.facts[sshVersion.id];
  const missing = version?.known === false && version.reason === 'sshd is not installed';
  if (other === null && !missing) return null;
  const who = other === null ? '' : `"${other}" serves this login`;
  const what = missing ? "OpenSSH's sshd is not installed" : 'OpenSSH is the only one that valops hardens';
  return {
    rule: 'SSH_OTHER_SERVER',
    message: [who, what].filter((words) => words !== '').join(', and '),
    hint: 'Install openssh-server and log in through its sshd, or leave this host out of SSH hardening.',
  };
}
