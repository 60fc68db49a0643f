import type { Repository } from '../facts/workload/repositories.ts';
import type { EnvVariable, RepositorySecrets } from '../facts/workload/repository-secrets.ts';
import { isBelow } from './declared-repositories.ts';
import { isNamedLikeSecret } from './secret-names.ts';

/** Files that show how an env file is written, not what it says. */
const template = /\.(example|sample|template|dist|tmpl|defaults?)$|(^|\/|\.)(example|sample)\.env$/i;

/** The env files of a work tree that set variables which are named like secrets; templates left out. */
export function secretVariables(
  { variables }: RepositorySecrets,
  { path: top }: Repository,
): readonly { readonly path: string; readonly variables: readonly EnvVariable[] }[] {
  const secret = variables.filter(
    ({ path, name, value }) => value === 'set' && isNamedLikeSecret(name) && isBelow(path, top) && !template.test(path),
  );
  return [...new Set(secret.map(({ path }) => path))].map((path) => ({
    path,
    variables: secret.filter((one) => one.path === path),
  }));
}
