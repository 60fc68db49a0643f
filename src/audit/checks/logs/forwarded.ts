import { logsFiles } from '../../../facts/logs/files.ts';
import { defineCheck } from '../../check.ts';

export const forwarded = defineCheck({
  id: 'logs.forwarded',
  title: 'records leave the host as they are written',
  why: 'Who is root rewrites every local log. Validators often have no second machine to trust with theirs, so that only CIS asks for it.',
  severity: 'low',
  cadence: 'quarterly',
  expectations: { 'cis-l1': { want: 'rsyslog sends to another machine', source: 'CIS Ubuntu 24.04 6.1.3.6' } },
  remediation:
    'echo \'*.* action(type="omfwd" target="<HOST>" port="6514" protocol="tcp")\' >/etc/rsyslog.d/60-forward.conf; systemctl restart rsyslog',
  needs: { files: logsFiles },
  evaluate: ({ files: { rsyslog } }, _policy, { name }) => {
    const output = rsyslog?.find(({ text }) => /\s@@?[A-Za-z0-9[(]|"om(fwd|relp)"/i.test(text));
    if (output !== undefined) return [{ status: 'pass', subject: 'rsyslog', actual: output.text, file: output.file }];
    return [
      {
        status: 'fail',
        subject: rsyslog === null ? name : 'rsyslog',
        expected: 'a line that sends records',
        actual: rsyslog === null ? 'rsyslog is not installed' : 'none',
      },
    ];
  },
});
