import { logsFiles } from '../../../facts/logs/files.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

export const notDiscarded = defineCheck({
  id: 'logs.not-discarded',
  title: 'no log and no shell history leads to /dev/null',
  why: 'It is the first thing an intruder does, and the last trace that he was there.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('no such link', 'MITRE ATT&CK T1070'),
  remediation: 'rm <FILE>, and let its service make it again; then ask who did that: valops audit run incident',
  needs: { files: logsFiles },
  evaluate: ({ files: { discarded } }) => {
    const lost = discarded.filter(({ target }) => target.startsWith('/dev/') || target.startsWith('/proc/'));
    if (lost.length === 0) return [{ status: 'pass', subject: '/var/log', actual: 'no such link' }];
    return lost.map(({ path, target }): Judgement => ({
      status: 'fail',
      subject: path,
      expected: 'a file',
      actual: `a link to ${target}`,
      file: path,
    }));
  },
});
