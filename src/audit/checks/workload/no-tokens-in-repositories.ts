import { workloadRepositoriesOf } from '../../../facts/workload/repositories.ts';
import { workloadRepositorySecretsOf } from '../../../facts/workload/repository-secrets.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { repositoriesOf } from '../../declared-repositories.ts';
import { judgeRepositorySecrets } from '../../repository-secrets-judged.ts';

export const noTokensInRepositories = defineCheck({
  id: 'workload.no-tokens-in-repositories',
  title: 'no token of a provider lies in a work tree',
  why: 'Tokens of forges, registries and clouds are searched for by machines: one that is pushed is used within minutes.',
  severity: 'high',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth('none, by their known shapes', 'GitHub docs: supported secret scanning patterns'),
  remediation: 'Revoke the token where it was made; give the new one from outside of the work tree',
  needs: (policy) => ({
    repositories: workloadRepositoriesOf(repositoriesOf(policy)),
    found: workloadRepositorySecretsOf(repositoriesOf(policy)),
  }),
  evaluate: ({ repositories, found }, policy, { name }) =>
    judgeRepositorySecrets(policy, repositories, found, { token: 'a token' }, name),
});
