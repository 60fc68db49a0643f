import { binariesProgramsOf } from '../../../facts/binaries/programs.ts';
import { binariesReleasesAt } from '../../../facts/binaries/releases.ts';
import { defineCheck } from '../../check.ts';
import { readReleases } from '../../releases-read.ts';

const want = { want: 'of the active release', source: 'valops: sync status' };

export const runningIsActive = defineCheck({
  id: 'binaries.running-is-active',
  title: 'what runs is of the release that is active',
  why: 'A validator that was never restarted after a switch still has the hole that the update closed; its next restart is the untested one.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Restart it when the network can bear it: systemctl restart <UNIT>',
  needs: ({ units, binariesPrefix }) => ({
    programs: binariesProgramsOf(units, binariesPrefix),
    releases: binariesReleasesAt(binariesPrefix),
  }),
  evaluate: ({ programs, releases }) => {
    const read = readReleases(releases);
    if ('status' in read) return [read];
    const { prefix } = releases;
    const ours = programs.processes.filter(({ exe }) => exe.startsWith(`${prefix}/`));
    if (ours.length === 0) return [{ status: 'skip', subject: prefix, evidence: 'nothing below it runs' }];
    const byProgram = new Map(ours.map((one) => [one.exe, one]));
    return [...byProgram.values()].map(({ exe, pid, unit }) => {
      const [name = '', release = ''] = exe.slice(prefix.length + 1).split('/');
      const current = read.find((one) => one.name === name)?.release ?? null;
      return {
        status: release === current ? 'pass' : 'fail',
        subject: `${name} ${unit ?? 'of no unit'}`,
        expected: current ?? 'an active release',
        actual: release,
        running: `pid ${pid}: ${exe}`,
      };
    });
  },
});
