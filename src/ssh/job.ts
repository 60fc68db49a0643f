import type { Job } from '../core/job.ts';
import type { SshPolicy } from '../policy/ssh/policy.ts';
import { rehearseSsh, type Say } from './canary.ts';
import { planSsh } from './plan.ts';
import { servedPorts } from './served-ports.ts';
import { sshQuestions } from './state.ts';

/** SSH hardening as a job of the engine. `say` takes what the rehearsal could not prove. */
export function sshJob(policy: SshPolicy, say: Say = () => undefined): Job {
  return {
    name: 'ssh',
    questions: sshQuestions,
    plan: (snapshot, login) => planSsh(policy, snapshot, login),
    ports: servedPorts,
    rehearse: (host, plan) => rehearseSsh(host, plan, say),
  };
}
