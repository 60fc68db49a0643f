import { workloadRepositoriesOf } from '../../../facts/workload/repositories.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeRepositories, repositoriesOf } from '../../declared-repositories.ts';
import type { Judgement } from '../../finding.ts';

/** Files that pin the version of what builds, by manifest. */
const pins: Readonly<Record<string, readonly string[]>> = {
  'package.json': ['.nvmrc', '.node-version', '.tool-versions', 'mise.toml'],
  'Cargo.toml': ['rust-toolchain.toml', 'rust-toolchain', '.tool-versions', 'mise.toml'],
};

export const toolsPinned = defineCheck({
  id: 'workload.tools-pinned',
  title: 'the versions of Node and Rust that build a work tree are pinned in it',
  why: 'A build by whatever compiler is there cannot be repeated, and what cannot be repeated cannot be verified.',
  severity: 'low',
  cadence: 'monthly',
  onlyNamed: true,
  expectations: ofBoth(
    'a file that pins it',
    'Nuttoo: Security, Dependency Isolation; rustup book: the toolchain file',
  ),
  remediation: "node --version >.nvmrc; rust-toolchain.toml with [toolchain], channel = '<VERSION>'",
  needs: (policy) => ({ repositories: workloadRepositoriesOf(repositoriesOf(policy)) }),
  evaluate: ({ repositories }, policy, { name }) =>
    judgeRepositories(policy, repositories, name, ({ path: top, needing, files }): readonly Judgement[] => {
      const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
      const kinds = Object.keys(pins).filter((kind) => needing.some((one) => base(one) === kind));
      if (kinds.length === 0) return [{ status: 'skip', subject: top, evidence: 'no manifest of Node or Rust' }];
      return kinds.map((kind) => {
        const wanted = pins[kind] ?? [];
        const found = files.find(({ path }) => wanted.includes(base(path)));
        return {
          status: found === undefined ? 'fail' : 'pass',
          subject: `${top} ${kind === 'Cargo.toml' ? 'Rust' : 'Node'}`,
          expected: `one of ${wanted.join(', ')}`,
          actual: found?.path ?? 'none of them',
        };
      });
    }),
});
