import type { PinnedBinary } from '../../sync/pin.ts';
import type { Style } from '../../ui/style.ts';

/** A proposed pin for people: all that they are to compare before they agree. */
export function renderPin(
  {
    name,
    proposed,
    changes,
    warnings,
  }: {
    readonly name: string;
    readonly proposed: PinnedBinary;
    readonly changes: readonly string[];
    readonly warnings: readonly string[];
  },
  style: Style,
): string {
  const platforms = Object.entries(proposed.platforms).flatMap(([id, pin]) => [
    `  ${style.heading(id)}`,
    `    from      ${pin.url}`,
    `    size      ${pin.size} bytes`,
    `    sha256    ${pin.sha256}`,
    ...pin.verified.map(({ type, signers, threshold }) =>
      signers.length === 0
        ? `    ${style.good('listed')}    ${type}`
        : `    ${style.good('signed')}    ${type}, ${signers.length} of ${threshold} needed: ${signers.join(', ')}`,
    ),
    ...Object.entries(pin.evidence).map(([file, { sha256 }]) => `    evidence  ${file}  ${sha256}`),
    ...Object.entries(pin.files).map(
      ([path, { sha256, size, mode }]) => `    installs  ${path}  ${mode}  ${size} bytes  ${sha256}`,
    ),
  ]);
  const lines = [
    style.heading(`${name} ${proposed.version}`),
    ...platforms,
    ...changes.map((change) => `  ${style.warn('~')} ${change}`),
    ...(changes.length === 0 ? ['  = as it is pinned now'] : []),
    ...warnings.map((warning) => `  ${style.bad('!')} ${warning}`),
  ];
  return `${lines.join('\n')}\n`;
}
