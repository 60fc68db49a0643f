import { sshDaemon } from '../../../facts/ssh/daemon.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'OpenSSH alone', source: 'valops' };

export const oneServer = defineCheck({
  id: 'ssh.one-server',
  title: 'no other SSH server runs beside OpenSSH',
  why: 'Everything that was hardened is about OpenSSH: a dropbear beside it has its own keys, its own port and none of the rules.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want, 'ssh-audit': want },
  remediation: 'Find out who started it: ss -tlnp; then: systemctl disable --now <UNIT>',
  needs: { servers: sshDaemon },
  evaluate: ({ servers: { daemons, others } }, _policy, { name }) => {
    if (others.length > 0)
      return others.map((other) => ({
        status: 'fail',
        subject: other,
        expected: 'OpenSSH alone',
        running: `${other} runs`,
      }));
    const running = daemons.length > 0 ? 'sshd' : 'none';
    return [{ status: 'pass', subject: name, expected: 'OpenSSH alone', running }];
  },
});
