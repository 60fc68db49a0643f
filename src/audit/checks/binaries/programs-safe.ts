import { binariesProgramsOf } from '../../../facts/binaries/programs.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { firstOpen } from '../../open-path.ts';

const want = {
  want: 'owned by root, written by root alone, up to the root',
  source: 'path_resolution(7); systemd.exec(5)',
};

export const programsSafe = defineCheck({
  id: 'binaries.programs-safe',
  title: 'nobody but root can replace a program or library that the validator runs',
  why: 'A service that can write its own program keeps an intruder for ever: the next restart starts theirs.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'chown root:root <PATH> && chmod go-w <PATH>, or install the program with valops sync',
  needs: ({ units, binariesPrefix }) => ({ programs: binariesProgramsOf(units, binariesPrefix) }),
  evaluate: ({ programs: { units, processes, files, real } }, _policy, { name }) => {
    const named = [
      ...(units ?? []).flatMap((unit) => unit.programs),
      ...processes.filter(({ deleted }) => !deleted).map(({ exe }) => exe),
      ...processes.flatMap(({ libraries }) => libraries),
    ];
    const all = [...new Set(named.map((path) => real[path] ?? path))].toSorted();
    if (all.length === 0) return [{ status: 'skip', subject: name, evidence: 'no unit is declared, and nothing runs' }];
    const judged = all.flatMap((path): readonly Judgement[] => {
      // memory without a file, and files that were replaced since: see running-is-on-disk
      if (/^\/(memfd:|dev\/|SYSV)| \(deleted\)$/.test(path)) return [];
      const open = firstOpen(path, files);
      if (open === null) return [];
      return [
        {
          status: 'fail',
          subject: path,
          expected: want.want,
          actual: `${open.path}: ${open.owner}:${open.group} ${open.mode}`,
          file: open.path,
        },
      ];
    });
    if (judged.length > 0) return judged;
    return [{ status: 'pass', subject: name, expected: want.want, actual: `${all.length} programs and libraries` }];
  },
});
