import type { Job } from '../core/job.ts';
import type { SshPolicy } from '../policy/ssh/policy.ts';
import { rehearseSsh } from './canary.ts';
import { planSsh } from './plan.ts';
import { sshQuestions } from './state.ts';

/** SSH hardening as a job of the engine. */
export function sshJob(policy: SshPolicy): Job {
  return {
    name: 'ssh',
    questions: sshQuestions,
    plan: (snapshot, login) => planSsh(policy, snapshot, login),
    rehearse: rehearseSsh,
  };
}
