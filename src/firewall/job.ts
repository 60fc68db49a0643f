import type { Job } from '../core/job.ts';
import { firewallQuestions } from './facts.ts';
import { type FirewallOrder, planFirewall } from './plan.ts';

/** The firewall as a job of the engine. */
export function firewallJob(order: FirewallOrder): Job {
  return {
    name: 'firewall',
    questions: firewallQuestions,
    plan: (snapshot, login) => planFirewall(snapshot, login, order),
  };
}
