import type { Pipeline, Pipelines } from '../facts/workload/pipelines.ts';
import { isBelow, repositoriesOf } from './declared-repositories.ts';
import type { Judgement } from './finding.ts';
import type { AuditPolicy } from './policy.ts';

/** What is wrong with the pipelines of each declared work tree, each subject once, or one pass for all of them. */
export function judgePipelines(
  policy: Pick<AuditPolicy, 'repositories'>,
  { absent }: Pick<Pipelines, 'absent'>,
  pipelines: readonly Pipeline[],
  kind: 'workflow' | 'Dockerfile',
  host: string,
  judge: (pipeline: Pipeline) => readonly Judgement[],
): readonly Judgement[] {
  const places = repositoriesOf(policy);
  if (places.length === 0)
    return [{ status: 'skip', subject: host, evidence: 'valops.yaml declares no audit.repositories' }];
  return places.flatMap((subject): readonly Judgement[] => {
    if (absent.includes(subject))
      return [{ status: 'unknown', subject, evidence: 'it is declared, and there is no such directory' }];
    const own = pipelines.filter(({ path }) => isBelow(path, subject));
    if (own.length === 0) return [{ status: 'skip', subject, evidence: `no ${kind} is there` }];
    const found = own.flatMap(judge);
    if (found.length > 0) return [...new Map(found.map((one) => [one.subject, one])).values()];
    return [{ status: 'pass', subject, actual: `${own.length} ${kind}${own.length === 1 ? '' : 's'}: all of them` }];
  });
}
