import { join, relative } from 'node:path';
import type { Context } from '../core/context.ts';
import type { Answers } from './answers.ts';
import { drill } from './drill.ts';
import { proveShare, splitAmongTrustees, trusteesOf } from './escrow.ts';
import type { Evidence, Step } from './evidence.ts';
import { makeIdentity, plannedIdentities, proveKey } from './identities.ts';
import { makeKeys, privateKeyOf } from './keys.ts';
import { filesBelow, hashFiles } from './media.ts';
import type { AssertionId } from './surroundings.ts';

/** Digests of everything on the medium that goes out, for `sha256sum --check`. */
export const sumsFile = 'SHA256SUMS';

/** Names on the medium that are written last and are not in `SHA256SUMS`. */
export const transcriptFiles = { document: 'transcript.json', page: 'transcript.html' } as const;

/** The steps of a ceremony, in order. */
export function ceremonySteps(context: Context, answers: Answers, accepted: readonly AssertionId[]): readonly Step[] {
  const { escrow } = answers;
  return [
    { id: 'media-in', title: 'media going in', run: () => mediaIn(context, answers) },
    { id: 'keys', title: 'keys and recipients', run: () => makeKeys(context, answers) },
    ...plannedIdentities(answers).map((identity) => ({
      id: `identity-${identity.name}`,
      title: `identity ${identity.name} (${identity.kind})`,
      run: () => makeIdentity(context, answers, identity, accepted.includes('online')),
    })),
    ...answers.keys.flatMap((key): readonly Step[] => {
      const file = privateKeyOf(answers, key);
      if (file === undefined) return [];
      return [
        { id: `verify-${key.name}`, title: `key ${key.name} opens all`, run: () => proveKey(context, answers, file) },
      ];
    }),
    ...(escrow === null
      ? []
      : [
          {
            id: 'escrow',
            title: `split key ${escrow.key} among trustees`,
            run: () => splitAmongTrustees(context, answers, escrow, accepted.includes('disk')),
          },
          ...trusteesOf(escrow).map((trustee) => ({
            id: `share-${trustee}`,
            title: `share of ${trustee}`,
            run: () => proveShare(context, answers, escrow, trustee),
          })),
        ]),
    { id: 'drill', title: 'drill: open everything in memory', run: () => drill(context, answers) },
    { id: 'media-out', title: 'media going out', run: () => mediaOut(context, answers) },
  ];
}

async function mediaIn(context: Context, { media }: Answers): Promise<Evidence> {
  const files = await hashFiles(context, media);
  return {
    lines: files.length === 0 ? [['files', 'none named']] : files.map(({ path, sha256 }) => [path, sha256]),
    files,
  };
}

async function mediaOut(context: Context, { out }: Answers): Promise<Evidence> {
  const last: readonly string[] = [sumsFile, ...Object.values(transcriptFiles)].map((name) => join(out, name));
  const files = await hashFiles(
    context,
    filesBelow(context, out).filter((path) => !last.includes(path)),
  );
  const sums = files.map(({ path, sha256 }) => `${sha256}  ${relative(out, path)}\n`).join('');
  context.files.replace(join(out, sumsFile), new TextEncoder().encode(sums), { mode: 0o644 });
  const all = [...files, ...(await hashFiles(context, [join(out, sumsFile)]))];
  return { lines: all.map(({ path, sha256 }) => [relative(out, path), sha256]), files: all };
}
