import { fs, path } from 'zx';

const folder = path.join(import.meta.dirname, 'mutations');

/**
 * Every mutation of every family: `{ name, check, subject?, apply, undo, settle?, also? }`. `apply` and `undo` are sh,
 * run as root on the host's console; `settle` is seconds until it can be seen; `also` names other checks that fail by it;
 * `policy`: lists of `audit` in valops.yaml that must be longer for it.
 */
export async function loadMutations() {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.mjs'));
  const modules = await Promise.all(files.toSorted().map((file) => import(path.join(folder, file))));
  const all = modules.flatMap(({ mutations }, index) =>
    mutations.map((mutation) => ({ ...mutation, file: files.toSorted()[index] })),
  );
  const twice = all.find(({ name }, index) => all.findIndex((one) => one.name === name) !== index);
  if (twice !== undefined) throw new Error(`two mutations are named ${twice.name}`);
  return all;
}
