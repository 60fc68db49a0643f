import type { Repository } from '../facts/workload/repositories.ts';
import type { RepositorySecret, RepositorySecrets } from '../facts/workload/repository-secrets.ts';
import { isBelow, isTracked, judgeRepositories } from './declared-repositories.ts';
import type { Judgement } from './finding.ts';
import type { AuditPolicy } from './policy.ts';

/**
 * One failure for each file of a work tree that holds a secret of these kinds, saying whether git tracks it; else a
 * pass, or unknown where not all was read.
 */
export function judgeRepositorySecrets(
  policy: Pick<AuditPolicy, 'repositories'>,
  repositories: readonly Repository[],
  { secrets, files, cut }: RepositorySecrets,
  kinds: Readonly<Partial<Record<RepositorySecret['kind'], string>>>,
  host: string,
): readonly Judgement[] {
  return judgeRepositories(policy, repositories, host, (repository) => {
    const found = secrets.filter(({ kind, path }) => kinds[kind] !== undefined && isBelow(path, repository.path));
    const paths = [...new Set(found.map(({ path }) => path))];
    const failures = paths.map((path): Judgement => {
      const own = found.filter((one) => one.path === path);
      const tracked = isTracked(path, repository);
      const lines = own.slice(0, 10).map(({ line }) => line);
      return {
        status: 'fail',
        subject: path,
        expected: 'none',
        actual: `${[...new Set(own.map(({ kind }) => kinds[kind] ?? kind))].join(', ')}${tracked === true ? ', tracked by git' : tracked === false ? ', not tracked by git' : ''}`,
        file: `${path}:${lines[0] ?? 1}`,
        ...(lines.length > 1 ? { evidence: `lines ${lines.join(', ')}` } : {}),
      };
    });
    if (cut !== null)
      return [...failures, { status: 'unknown', subject: repository.path, evidence: `the search was cut off: ${cut}` }];
    if (failures.length > 0) return failures;
    return [
      {
        status: 'pass',
        subject: repository.path,
        actual: 'none found',
        evidence: `${files} files of all work trees were read`,
      },
    ];
  });
}
