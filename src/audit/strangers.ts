import type { Place, Places } from '../facts/persistence/places.ts';
import type { PlaceKind } from '../facts/persistence-places.ts';
import type { Judgement } from './finding.ts';
import { orPass } from './or-pass.ts';

/** Files and links of these kinds that no package brought, those that only mask something left out. */
export function strangersIn({ places }: Places, kinds: readonly PlaceKind[]): readonly Place[] {
  return places.filter(
    ({ kind, type, package: from, link }) =>
      kinds.includes(kind) && type !== 'directory' && from === null && link !== '/dev/null',
  );
}

/** A failure for each, or one pass. */
export function judgeStrangers(strangers: readonly Place[], host: string): readonly Judgement[] {
  return orPass(
    strangers.map(({ path, mode, owner, link }) => ({
      status: 'fail',
      subject: path,
      expected: 'a file of a package, or none',
      actual: `of no package: ${mode} ${owner}${link === null ? '' : `, link to ${link}`}`,
      file: path,
    })),
    host,
    'none',
  );
}
