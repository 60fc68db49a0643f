import { workloadRepositoriesOf } from '../../../facts/workload/repositories.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeRepositories, repositoriesOf } from '../../declared-repositories.ts';
import type { Judgement } from '../../finding.ts';

export const noCredentialsInGitConfig = defineCheck({
  id: 'workload.no-credentials-in-git-config',
  title: "no password or token stands in a work tree's git configuration",
  why: 'The address of a remote with a token in it is the write access to the sources, readable for whoever reads the tree.',
  severity: 'high',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth('none', 'gitcredentials(7); git-remote(1)'),
  remediation:
    'Revoke the token; git remote set-url <REMOTE> <ADDRESS WITHOUT IT>; use a read-only deploy key on hosts',
  needs: (policy) => ({ repositories: workloadRepositoriesOf(repositoriesOf(policy)) }),
  evaluate: ({ repositories }, policy, { name }) =>
    judgeRepositories(
      policy,
      repositories,
      name,
      ({ path: subject, tracked, untold, credentials }): readonly Judgement[] => {
        if (tracked === null && untold === null) return [{ status: 'skip', subject, evidence: 'no work tree of git' }];
        const [first] = credentials;
        if (first === undefined) return [{ status: 'pass', subject, actual: 'none' }];
        const sections = [...new Set(credentials.map(({ section }) => section))].join(', ');
        return [
          {
            status: 'fail',
            subject,
            expected: 'addresses without a password or token',
            actual: `one in ${sections}`,
            file: `${subject}/.git/config:${first.line}`,
          },
        ];
      },
    ),
});
