import type { OddFile, OddFiles } from '../facts/filesystem/permissions.ts';
import type { Judgement } from './finding.ts';

/** Findings of one sort; a list that was cut off is unknown beyond what it shows. */
export function judgeOddFiles(
  { files, more, crowded = [] }: OddFiles,
  why: OddFile['why'],
  expected: string,
  host: string,
): readonly Judgement[] {
  const found = files
    .filter((one) => one.why === why)
    .map(({ path, type, mode, owner, group }): Judgement => {
      return { status: 'fail', subject: path, expected, actual: `${mode} ${owner}:${group} (${type})`, file: path };
    });
  if (why === 'writable-by-all')
    for (const user of crowded)
      found.push({
        status: 'unknown',
        subject: `files of ${user}`,
        evidence: 'more than 100 such files: the rest is not told',
      });
  if (more)
    return [
      ...found,
      { status: 'unknown', subject: host, evidence: 'there are more than 500 such files: the list was cut off' },
    ];
  return found.length > 0 ? found : [{ status: 'pass', subject: host, actual: 'none' }];
}
