import { heldClause } from '../../sync/held.ts';
import type { ReleaseProblem } from '../../sync/judge-release.ts';
import type { BinaryStatus } from '../../sync/status.ts';
import type { VerifiedBinary } from '../../sync/verify.ts';
import type { Style } from '../../ui/style.ts';

const none = 'no binaries are declared in valops.yaml\n';

/** What is pinned, active, installed and running, for people. */
export function renderSyncStatus(binaries: readonly BinaryStatus[], style: Style): string {
  const mark = { ok: style.good, outdated: style.warn, missing: style.warn, drift: style.bad, unpinned: style.warn };
  return (
    binaries
      .map((one) =>
        [
          `${style.heading(one.name)}: ${mark[one.state](one.state)}`,
          `  pinned    ${one.pinnedRelease ?? 'no, not for this platform'}`,
          ...(one.pinned === null || one.pinned === one.declared
            ? []
            : [`  declared  ${one.declared}, which is not pinned: valops sync pin ${one.name}`]),
          `  active    ${one.activeRelease ?? 'nothing'}`,
          ...(one.previous === null ? [] : [`  before    ${one.previous}`]),
          ...(one.installed.length === 0
            ? []
            : [`  installed ${one.installed.map(({ release }) => release).join(', ')}`]),
          ...one.running.map(
            ({ pid, release, stale }) =>
              `  running   ${release ?? 'a removed release'}, process ${pid}${stale ? style.warn(', not the active one: restart it') : ''}`,
          ),
          ...(one.runningComplete ? [] : ['  running   not known of processes that could not be looked at']),
          ...(one.pending === null
            ? []
            : [
                `  ${style.bad('!')} a switch to ${one.pending.to} began ${one.pending.startedAt} and is not proven: valops sync ${one.name}`,
              ]),
          ...one.held.map((held) => {
            const again =
              held.release === one.pinnedRelease ? `; to try it again: valops sync ${one.name} --retry` : '';
            return `  ${style.bad('!')} ${held.release} ${heldClause(held)}${again}`;
          }),
          ...one.problems.map((problem) => problemLine(problem, style)),
        ]
          .map((line) => `${line}\n`)
          .join(''),
      )
      .join('') || none
  );
}

const repairPinned = (name: string): string => `what is pinned is put back by: valops sync ${name}`;
const repairOther = 'it is not what is pinned: remove its directory, or pin its version and sync';

/** What hashing everything showed, for people: what is wrong with its place, then the counts. */
export function renderSyncVerify(binaries: readonly VerifiedBinary[], style: Style): string {
  return (
    binaries
      .flatMap(({ name, releases, problems, leftovers, ok }) => [
        `${style.heading(name)}: ${ok ? style.good('as installed') : style.bad('not as installed')}`,
        ...releases.flatMap(({ release, active, pinned, files, bytes, problems: of }) => [
          `  ${release}${active ? ', active' : ''}${pinned ? ', pinned' : ''}: ${files} files, ${bytes} bytes, ${of.length} problems`,
          ...of.map((problem) => problemLine(problem, style)),
          ...(of.length === 0 ? [] : [`    ${pinned ? repairPinned(name) : repairOther}`]),
        ]),
        ...problems.map((problem) => problemLine(problem, style)),
        ...leftovers.map((path) => `  left behind: ${path}`),
      ])
      .map((line) => `${line}\n`)
      .join('') || none
  );
}

function problemLine({ path, problem, expected, found }: ReleaseProblem, style: Style): string {
  return `    ${style.bad('!')} ${path}: ${problem}, expected ${expected}, found ${found}`;
}
