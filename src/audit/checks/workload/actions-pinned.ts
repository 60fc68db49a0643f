import { workloadPipelinesOf } from '../../../facts/workload/pipelines.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { repositoriesOf } from '../../declared-repositories.ts';
import type { Judgement } from '../../finding.ts';
import { judgePipelines } from '../../pipelines-judged.ts';

export const actionsPinned = defineCheck({
  id: 'workload.actions-pinned',
  title: 'workflows run actions of others by the digest of a commit',
  why: 'Whoever takes over an action moves its tag, and the next build runs his code with your tokens; a digest cannot be moved.',
  severity: 'high',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth(
    '40 hexadecimal digits, or sha256',
    'GitHub docs: security hardening for GitHub Actions; Nuttoo: Security, GitHub Actions',
  ),
  remediation: 'uses: <OWNER>/<ACTION>@<COMMIT> # <TAG>, for each; pinact run does it for all of them',
  needs: (policy) => ({ pipelines: workloadPipelinesOf(repositoriesOf(policy)) }),
  evaluate: ({ pipelines }, policy, { name }) =>
    judgePipelines(
      policy,
      pipelines,
      [...pipelines.workflows, ...pipelines.actions],
      'workflow',
      name,
      ({ path, lines }): readonly Judgement[] =>
        lines.flatMap(({ line, text }): readonly Judgement[] => {
          const used = /^uses["']?\s*:\s*["']?(\S*)$/.exec(text)?.[1];
          if (used === undefined || used === '' || used.startsWith('./') || isPinned(used)) return [];
          return [
            {
              status: 'fail',
              subject: `${path} ${used}`,
              expected: used.startsWith('docker:') ? 'an image by @sha256:' : 'a commit by 40 hexadecimal digits',
              actual: used.startsWith('docker:')
                ? used
                : used.includes('@')
                  ? used.slice(used.lastIndexOf('@') + 1)
                  : 'no version',
              file: `${path}:${line}`,
            },
          ];
        }),
    ),
});

function isPinned(used: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(used) || /^[^:]*@[0-9a-f]{40}$/.test(used);
}
