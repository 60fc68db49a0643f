import type { Job } from '../core/job.ts';
import type { Planned } from '../core/plan.ts';
import { firewallJob } from '../firewall/job.ts';
import { opensSsh } from '../firewall/opens-ssh.ts';
import type { FirewallOrder } from '../firewall/plan.ts';
import { sshJob } from '../ssh/job.ts';
import type { SshPolicy } from '../policy/ssh/policy.ts';
import type { Say } from '../ssh/canary.ts';
import { combineJobs } from './combine-jobs.ts';

/**
 * Firewall and SSH as one change. The firewall goes first: it opens the port sshd will listen on
 * besides the one in use, so that sshd never listens where nobody gets. What sshd will do was proven by
 * its canary before either; both are undone together, sshd first.
 */
export function hardenJob(firewall: Omit<FirewallOrder, 'sshMoves' | 'sshPort'>, ssh: SshPolicy, say?: Say): Job {
  const order: FirewallOrder = { ...firewall, sshPort: ssh.port, sshMoves: true };
  return combineJobs('harden', [firewallJob(order), sshJob(ssh, say)], (parts, snapshot, login) => {
    const [first, ...rest] = parts;
    if (first === undefined || ssh.port === undefined) return parts;
    const opened = first.refusals.length === 0 && opensSsh(snapshot, login, order, ssh.port);
    return [first, ...(opened ? rest.map(withoutClosedPort) : rest)];
  });
}

/** The rule looks at the firewall as it is now; by then the new one runs. */
function withoutClosedPort(planned: Planned): Planned {
  return { ...planned, refusals: planned.refusals.filter(({ rule }) => rule !== 'LOCKOUT_PORT_CLOSED') };
}
