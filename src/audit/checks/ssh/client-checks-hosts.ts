import { sshClient } from '../../../facts/ssh/client.ts';
import { defineCheck } from '../../check.ts';

const want = {
  want: 'unknown and changed host keys are not taken silently; no agent is lent',
  source: 'ssh_config(5)',
};

export const clientChecksHosts = defineCheck({
  id: 'ssh.client-checks-hosts',
  title: 'ssh from this host checks whom it talks to, and lends its agent to nobody',
  why: 'Backups and binaries that come and go by ssh are as good as the host key behind them.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'grep -rniE "stricthostkeychecking|forwardagent" /etc/ssh/ssh_config* /root/.ssh/config; take the line out',
  needs: { client: sshClient },
  evaluate: ({ client: { settings } }, _policy, { name }) => {
    if (settings === null) return [{ status: 'skip', subject: name, evidence: 'no ssh is installed' }];
    const strict = settings['stricthostkeychecking'] ?? '';
    const agent = settings['forwardagent'] ?? '';
    return [
      {
        status: /^(false|no|off)$/.test(strict) ? 'fail' : 'pass',
        subject: 'StrictHostKeyChecking',
        expected: 'ask, yes or accept-new',
        actual: strict,
      },
      { status: agent === 'no' ? 'pass' : 'fail', subject: 'ForwardAgent', expected: 'no', actual: agent },
    ];
  },
});
