import { basename } from 'node:path/posix';
import { binariesProgramsOf, type ProgramProcess } from '../../../facts/binaries/programs.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'the file that is on disk under its name', source: 'proc_pid_exe(5)' };

export const runningIsOnDisk = defineCheck({
  id: 'binaries.running-is-on-disk',
  title: 'what the validator runs is the file on disk',
  why: 'A program whose file is gone or replaced is not what the audit looked at, and not what comes back after a restart.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'After an update, restart it when the network can bear it: systemctl restart <UNIT>. Nobody updated it? Keep /proc/<PID>/exe as evidence.',
  needs: ({ units, binariesPrefix }) => ({ programs: binariesProgramsOf(units, binariesPrefix) }),
  evaluate: ({ programs: { processes } }, { units, binariesPrefix }, { name }) => {
    if (processes.length === 0)
      return [
        { status: 'skip', subject: name, evidence: `nothing runs of ${[...units, `${binariesPrefix}/`].join(', ')}` },
      ];
    // several processes of one program are one subject
    // by its name, which stays when the release changes; of several processes the worst
    const rank = (one: ProgramProcess): number => (one.deleted || one.same === false ? 0 : one.same === null ? 1 : 2);
    const byProgram = new Map(
      processes
        .toSorted((one, other) => rank(other) - rank(one))
        .map((one) => [`${one.unit ?? 'no unit'} ${basename(one.exe)}`, one]),
    );
    return [...byProgram].map(([subject, { exe, deleted, same, pid }]) => ({
      status: deleted || same === false ? 'fail' : same === null ? 'unknown' : 'pass',
      subject,
      expected: 'the file on disk',
      actual: deleted
        ? 'its file is gone'
        : same === null
          ? 'no such file to be seen'
          : same
            ? 'the same'
            : 'another file',
      running: `pid ${pid}: ${exe}`,
      file: exe,
    }));
  },
});
