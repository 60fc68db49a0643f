import { workloadPipelinesOf } from '../../../facts/workload/pipelines.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { repositoriesOf } from '../../declared-repositories.ts';
import { judgePipelines } from '../../pipelines-judged.ts';

export const ciTokenPermissions = defineCheck({
  id: 'workload.ci-token-permissions',
  title: 'every workflow says what its token may do, and none asks for everything',
  why: 'Without it the token has what the forge gives by default, often the right to write: every action in the build may then push.',
  severity: 'medium',
  cadence: 'monthly',
  onlyNamed: true,
  expectations: ofBoth(
    'permissions, not write-all',
    'GitHub docs: permissions for the GITHUB_TOKEN; Nuttoo: Security, GitHub Actions',
  ),
  remediation: 'permissions: { contents: read } at the head of the workflow; more for single jobs only',
  needs: (policy) => ({ pipelines: workloadPipelinesOf(repositoriesOf(policy)) }),
  evaluate: ({ pipelines }, policy, { name }) =>
    judgePipelines(policy, pipelines, pipelines.workflows, 'workflow', name, ({ path, lines }) => {
      const said = lines.filter(({ text }) => /^permissions\b/.test(text));
      const all = said.find(({ text }) => text.endsWith('write-all'));
      if (said.length > 0 && all === undefined) return [];
      return [
        {
          status: 'fail',
          subject: path,
          expected: 'permissions, not write-all',
          actual: all === undefined ? 'no permissions' : 'write-all',
          file: all === undefined ? path : `${path}:${all.line}`,
        },
      ];
    }),
});
