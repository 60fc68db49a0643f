import { workloadRepositoriesOf } from '../../../facts/workload/repositories.ts';
import { workloadRepositorySecretsOf, type RepositorySecret } from '../../../facts/workload/repository-secrets.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { repositoriesOf } from '../../declared-repositories.ts';
import { judgeRepositorySecrets } from '../../repository-secrets-judged.ts';

const names: Readonly<Partial<Record<RepositorySecret['kind'], string>>> = {
  pem: 'a private key without a passphrase (PEM)',
  openssh: 'an OpenSSH private key without a passphrase',
  age: 'an age key',
  solana: 'a Solana keypair',
  cometbft: 'a CometBFT private key',
};

export const noKeysInRepositories = defineCheck({
  id: 'workload.no-keys-in-repositories',
  title: 'no private key lies in a work tree',
  why: 'What lies in a work tree is committed, copied into images and sent to builds sooner or later; a key in a history is public for good.',
  severity: 'critical',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth('none, by content', 'Nuttoo: Security, Key Management; OWASP Secrets Management'),
  remediation:
    'Replace the key first: it counts as read by others. Keep the new one outside: LoadCredential=<NAME>:<FILE>, or a secret of the engine; then git rm --cached <FILE>',
  needs: (policy) => ({
    repositories: workloadRepositoriesOf(repositoriesOf(policy)),
    found: workloadRepositorySecretsOf(repositoriesOf(policy)),
  }),
  evaluate: ({ repositories, found }, policy, { name }) =>
    judgeRepositorySecrets(policy, repositories, found, names, name),
});
