import { logsFiles } from '../../../facts/logs/files.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

export const noRemoteInput = defineCheck({
  id: 'logs.no-remote-input',
  title: 'rsyslog takes no records from other machines',
  why: 'Whoever may write into the log of a validator fills its disk, and writes what it should say.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: ofBoth('no imudp, imtcp, imrelp', 'CIS Ubuntu 24.04 6.1.3.7'),
  remediation: 'Take that line out, then: systemctl restart rsyslog',
  needs: { files: logsFiles },
  evaluate: ({ files: { rsyslog } }, _policy, { name }) => {
    if (rsyslog === null) return [{ status: 'skip', subject: name, evidence: 'rsyslog is not installed' }];
    const input = rsyslog.filter(({ text }) => /ServerRun|"im(udp|tcp|relp)"/i.test(text));
    if (input.length === 0) return [{ status: 'pass', subject: 'rsyslog', actual: 'no remote input' }];
    return input.map(({ file, text }): Judgement => ({
      status: 'fail',
      subject: text,
      expected: 'no remote input',
      actual: text,
      file,
    }));
  },
});
