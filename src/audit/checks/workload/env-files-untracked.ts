import { workloadRepositoriesOf } from '../../../facts/workload/repositories.ts';
import { workloadRepositorySecretsOf } from '../../../facts/workload/repository-secrets.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { isTracked, judgeRepositories, repositoriesOf } from '../../declared-repositories.ts';
import { secretVariables } from '../../env-file-variables.ts';
import type { Judgement } from '../../finding.ts';
import { orPass } from '../../or-pass.ts';

export const envFilesUntracked = defineCheck({
  id: 'workload.env-files-untracked',
  title: 'git tracks no env file that sets a secret',
  why: 'An env file that is committed once stays in every clone, fork and build cache, whatever is deleted later.',
  severity: 'high',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth('none', 'Nuttoo: Security, Secrets Management; gitignore(5)'),
  remediation:
    "git rm --cached <FILE>; echo '.env*' >>.gitignore; change every secret it named: they are in the history",
  needs: (policy) => ({
    repositories: workloadRepositoriesOf(repositoriesOf(policy)),
    found: workloadRepositorySecretsOf(repositoriesOf(policy)),
  }),
  evaluate: ({ repositories, found }, policy, { name }) =>
    judgeRepositories(policy, repositories, name, (repository): readonly Judgement[] => {
      const { path: subject, tracked, untold } = repository;
      if (untold !== null) return [{ status: 'unknown', subject, evidence: untold }];
      if (tracked === null) return [{ status: 'skip', subject, evidence: 'no work tree of git' }];
      if (found.cut !== null) return [{ status: 'unknown', subject, evidence: `the search was cut off: ${found.cut}` }];
      const failures = secretVariables(found, repository)
        .filter(({ path }) => isTracked(path, repository) === true)
        .map(({ path, variables }): Judgement => ({
          status: 'fail',
          subject: path,
          expected: 'not tracked, or without secrets',
          actual: `tracked; sets ${variables.map((one) => one.name).join(', ')}`,
          file: `${path}:${variables[0]?.line ?? 1}`,
        }));
      return orPass(failures, subject, 'no env file with secrets is tracked');
    }),
});
