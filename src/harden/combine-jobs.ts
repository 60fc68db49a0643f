import type { Job } from '../core/job.ts';
import type { Planned } from '../core/plan.ts';

/**
 * One job of several: their questions in one round trip, their changes in the order of the jobs and
 * undone in the opposite one, refused when one of them is, rehearsed by each. Of questions with the
 * same id the first is asked. `adjust` sees what each job planned, in order, and may withdraw what
 * another job has settled.
 */
export function combineJobs(
  name: string,
  jobs: readonly Job[],
  adjust: (parts: readonly Planned[], ...given: Parameters<Job['plan']>) => readonly Planned[] = (parts) => parts,
): Job {
  const questions = new Map<string, Job['questions'][number]>();
  for (const question of jobs.flatMap((job) => job.questions)) {
    if (!questions.has(question.id)) questions.set(question.id, question);
  }
  return {
    name,
    questions: [...questions.values()],
    plan(snapshot, login) {
      const parts = adjust(
        jobs.map((job) => job.plan(snapshot, login)),
        snapshot,
        login,
      );
      return {
        changes: parts.flatMap(({ changes }) => changes),
        unchanged: parts.flatMap(({ unchanged }) => unchanged),
        refusals: parts.flatMap(({ refusals }) => refusals),
        restsOn: [...new Set(parts.flatMap(({ restsOn }) => restsOn))],
        compared: Object.assign({}, ...parts.map(({ compared }) => compared)) as NonNullable<Planned['compared']>,
      };
    },
    ports: (snapshot) => [...new Set(jobs.flatMap((job) => job.ports?.(snapshot) ?? []))],
    async rehearse(host, plan) {
      for (const job of jobs) await job.rehearse?.(host, plan);
    },
  };
}
