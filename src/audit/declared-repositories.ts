import type { Repository } from '../facts/workload/repositories.ts';
import type { Judgement } from './finding.ts';
import type { AuditPolicy } from './policy.ts';

/** The paths of `audit.repositories`. */
export function repositoriesOf({ repositories }: Pick<AuditPolicy, 'repositories'>): readonly string[] {
  return repositories ?? [];
}

/**
 * Judgements of every declared work tree, each at least one. Skipped where none is declared; unknown for one that is
 * not there.
 */
export function judgeRepositories(
  policy: Pick<AuditPolicy, 'repositories'>,
  repositories: readonly Repository[],
  host: string,
  judge: (repository: Repository) => readonly Judgement[],
): readonly Judgement[] {
  if (repositoriesOf(policy).length === 0)
    return [{ status: 'skip', subject: host, evidence: 'valops.yaml declares no audit.repositories' }];
  return repositories.flatMap((repository) =>
    repository.exists
      ? judge(repository)
      : [{ status: 'unknown', subject: repository.path, evidence: 'it is declared, and there is no such directory' }],
  );
}

/** Whether a path is the directory, or below it. */
export function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory.replace(/\/$/, '')}/`);
}

/** Whether git tracks a file; undefined: nobody can tell, or there is no git. */
export function isTracked(file: string, { path, tracked }: Repository): boolean | undefined {
  return tracked?.includes(file.slice(path.replace(/\/$/, '').length + 1));
}
