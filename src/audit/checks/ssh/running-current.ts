import { sshDaemon } from '../../../facts/ssh/daemon.ts';
import { defineCheck } from '../../check.ts';
import { forSshd } from '../../ssh-check.ts';

const want = { want: 'the installed program', source: 'proc_pid_exe(5)' };

export const runningCurrent = forSshd(
  defineCheck({
    id: 'ssh.running-current',
    title: 'the sshd that takes logins is the installed one',
    why: 'An sshd that was never restarted after an update still has the hole that the update closed.',
    severity: 'high',
    cadence: 'weekly',
    expectations: { validator: want, 'cis-l1': want, 'ssh-audit': want },
    remediation: 'Keep a login open, then: systemctl restart ssh',
    needs: { servers: sshDaemon },
    evaluate: ({ servers: { daemons } }, _policy, { name }) => {
      if (daemons.length === 0)
        return [{ status: 'skip', subject: name, evidence: 'no sshd waits for logins: its socket may start one' }];
      const old = daemons.filter(({ deleted }) => deleted);
      return [
        {
          status: old.length > 0 ? 'fail' : 'pass',
          subject: 'sshd',
          expected: 'the program on disk',
          running:
            old.length > 0
              ? `one whose file is gone: pid ${old.map(({ pid }) => pid).join(', ')}`
              : 'the program on disk',
        },
      ];
    },
  }),
);
