import { workloadRepositoriesOf } from '../../../facts/workload/repositories.ts';
import { workloadRepositorySecretsOf } from '../../../facts/workload/repository-secrets.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeRepositories, repositoriesOf } from '../../declared-repositories.ts';
import { secretVariables } from '../../env-file-variables.ts';
import type { Judgement } from '../../finding.ts';
import { orPass } from '../../or-pass.ts';

export const envFilesPrivate = defineCheck({
  id: 'workload.env-files-private',
  title: 'env files with secrets in work trees are for their owner, and at most read by a group',
  why: 'Every account of the host, and every program that is broken into, reads what is left open to others.',
  severity: 'high',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth('0640 or less', 'Nuttoo: Security, Secrets Management; systemd.exec(5), EnvironmentFile='),
  remediation: 'chmod 0600 <FILE>; if others had an account meanwhile, change the secrets as well',
  needs: (policy) => ({
    repositories: workloadRepositoriesOf(repositoriesOf(policy)),
    found: workloadRepositorySecretsOf(repositoriesOf(policy)),
  }),
  evaluate: ({ repositories, found }, policy, { name }) =>
    judgeRepositories(policy, repositories, name, (repository): readonly Judgement[] => {
      const subject = repository.path;
      if (found.cut !== null) return [{ status: 'unknown', subject, evidence: `the search was cut off: ${found.cut}` }];
      const failures = secretVariables(found, repository).flatMap(({ path, variables }): readonly Judgement[] => {
        const file = repository.files.find((one) => one.path === path);
        const common = { subject: path, expected: '0640 or less', file: path };
        if (file === undefined) return [{ ...common, status: 'unknown', evidence: 'its mode was not told' }];
        if ((Number.parseInt(file.mode, 8) & 0o027) === 0) return [];
        const names = variables.map((one) => one.name).join(', ');
        return [{ ...common, status: 'fail', actual: `${file.owner} ${file.mode}`, evidence: `sets ${names}` }];
      });
      return orPass(failures, subject, 'none is open to others');
    }),
});
