import type { Verified } from '../../sync/pin.ts';
import type { Style } from '../../ui/style.ts';

/** What an import proved, for people. */
export function renderImported(
  {
    directory,
    manifestSha256,
    parts,
    adopted,
    binaries,
  }: {
    readonly directory: string;
    readonly manifestSha256: string;
    readonly parts: number;
    readonly adopted: readonly string[];
    readonly binaries: readonly {
      readonly name: string;
      readonly version: string;
      readonly platform: string;
      readonly sha256: string;
      readonly verified: readonly Verified[];
    }[];
  },
  style: Style,
): string {
  const lines = [
    `${directory}: ${parts} files as in the manifest, sha256 ${manifestSha256}`,
    ...(adopted.length === 0 ? [] : [`${style.warn('!')} taken over from it: ${adopted.join(', ')}`]),
    ...binaries.flatMap(({ name, version, platform, sha256, verified }) => [
      `${style.heading(name)} ${version} ${platform}: ${style.good('proven')}, sha256 ${sha256}`,
      ...verified.map(({ type, signers }) => `  ${type}: ${signers.join(', ') || 'listed'}`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
