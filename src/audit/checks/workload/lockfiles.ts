import { workloadRepositoriesOf, type Repository } from '../../../facts/workload/repositories.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { isBelow, isTracked, judgeRepositories, repositoriesOf } from '../../declared-repositories.ts';
import type { Judgement } from '../../finding.ts';

/** Lockfiles by manifest. A workspace has one for all of its packages, in a directory above. */
const locks: Readonly<Record<string, readonly string[]>> = {
  'package.json': ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'],
  'Cargo.toml': ['Cargo.lock'],
  'go.mod': ['go.sum'],
  'pyproject.toml': ['uv.lock', 'poetry.lock', 'pdm.lock'],
  Pipfile: ['Pipfile.lock'],
};

export const lockfiles = defineCheck({
  id: 'workload.lockfiles',
  title: 'every manifest with dependencies has a lockfile, and git tracks it',
  why: 'Without it a build takes whatever a registry offers that day, also what was put there an hour ago by a thief.',
  severity: 'medium',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth(
    'present and tracked',
    'Nuttoo: Security, Dependency Controls; npm docs: package-lock.json; cargo book: Cargo.lock',
  ),
  remediation:
    'Make it (npm install --package-lock-only, cargo generate-lockfile, uv lock), read what changed, commit it; build by npm ci or cargo build --locked',
  needs: (policy) => ({ repositories: workloadRepositoriesOf(repositoriesOf(policy)) }),
  evaluate: ({ repositories }, policy, { name }) =>
    judgeRepositories(policy, repositories, name, (repository): readonly Judgement[] => {
      const { path: subject, needing, untold } = repository;
      if (needing.length === 0) return [{ status: 'skip', subject, evidence: 'no manifest names dependencies' }];
      if (untold !== null) return [{ status: 'unknown', subject, evidence: untold }];
      const failures = needing.flatMap((manifest) => lacking(manifest, repository));
      const actual = `${needing.length} ${needing.length === 1 ? 'manifest has its' : 'manifests have their'} lockfile`;
      const evidence =
        repository.tracked === null ? 'no work tree of git: whether it is committed is not seen' : undefined;
      return failures.length > 0
        ? failures
        : [{ status: 'pass', subject, actual, ...(evidence === undefined ? {} : { evidence }) }];
    }),
});

function lacking(manifest: string, repository: Repository): readonly Judgement[] {
  const directory = manifest.slice(0, manifest.lastIndexOf('/'));
  const wanted = locks[manifest.slice(directory.length + 1)] ?? [];
  const found = repository.files.filter(({ path }) => {
    const at = path.lastIndexOf('/');
    return wanted.includes(path.slice(at + 1)) && isBelow(directory, path.slice(0, at));
  });
  if (found.some(({ path }) => isTracked(path, repository) !== false)) return [];
  const [first] = found;
  return [
    {
      status: 'fail',
      subject: manifest,
      expected: `one of ${wanted.join(', ')}`,
      actual: first === undefined ? 'no lockfile' : `${first.path}, not tracked by git`,
      file: first?.path ?? manifest,
    },
  ];
}
