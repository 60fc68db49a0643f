import { workloadRepositoriesOf } from '../../../facts/workload/repositories.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeRepositories, repositoriesOf } from '../../declared-repositories.ts';
import type { Judgement } from '../../finding.ts';

const bill = /\.(cdx\.(json|xml)|spdx|spdx\.json)$|\/bom\.(json|xml)$|sbom[^/]*\.(json|xml|spdx|ya?ml)$/i;
const lock =
  /\/(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|Cargo\.lock|go\.sum|uv\.lock|poetry\.lock|pdm\.lock|Pipfile\.lock)$/;

/** Seconds: a checkout writes its files in no order. */
const slack = 3600;

export const sbom = defineCheck({
  id: 'workload.sbom',
  title: 'a bill of materials lies beside the lockfiles, and is not older than they are',
  why: 'When a library turns out to be malicious, the bill says in a minute whether this host runs it.',
  severity: 'low',
  cadence: 'monthly',
  onlyNamed: true,
  expectations: ofBoth(
    'CycloneDX or SPDX, as new as the lockfile',
    'Nuttoo: Security, Artifact Integrity; CycloneDX and SPDX specifications',
  ),
  remediation: 'syft dir:<WORK TREE> -o cyclonedx-json=sbom.cdx.json, in the same build that changes the lockfile',
  needs: (policy) => ({ repositories: workloadRepositoriesOf(repositoriesOf(policy)) }),
  evaluate: ({ repositories }, policy, { name }) =>
    judgeRepositories(policy, repositories, name, ({ path: subject, needing, files }): readonly Judgement[] => {
      if (needing.length === 0) return [{ status: 'skip', subject, evidence: 'no manifest names dependencies' }];
      const newest = (pattern: RegExp) =>
        files.filter(({ path }) => pattern.test(path)).toSorted((a, b) => b.modified - a.modified)[0];
      const [found, of] = [newest(bill), newest(lock)];
      const common = { subject, expected: 'CycloneDX or SPDX, as new as the lockfile' };
      if (found === undefined) return [{ ...common, status: 'fail', actual: 'no bill of materials' }];
      const day = ({ modified }: { readonly modified: number }): string =>
        new Date(modified * 1000).toISOString().slice(0, 16);
      const isOld = of !== undefined && found.modified + slack < of.modified;
      return [
        {
          ...common,
          status: isOld ? 'fail' : 'pass',
          actual: `${day(found)}Z${of === undefined ? '' : `; ${of.path.slice(subject.length + 1)}: ${day(of)}Z`}`,
          file: found.path,
        },
      ];
    }),
});
