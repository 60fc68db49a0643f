import { describePort } from '../../policy/firewall/policy.ts';
import type { RefusalRule } from './refusal-input.ts';

/** SSH must stay open on every port by which it is reached, this login's above all. */
export const sshClosed: RefusalRule = ({ policy, sshPorts, login }) => {
  const closed = policy.local.find(
    ({ port, proto }) => proto === 'tcp' && (sshPorts.includes(port) || port === login.to?.port),
  );
  if (closed !== undefined) {
    return {
      rule: 'FIREWALL_SSH_CLOSED',
      message: `the policy makes ${describePort(closed)} local only, and SSH is reached there`,
      hint: 'Take that port out of firewall.local in valops.yaml.',
    };
  }
  if (sshPorts.length > 0) return null;
  return {
    rule: 'FIREWALL_SSH_CLOSED',
    message: 'on which port SSH is reached is not known: it would be closed',
    hint: 'Start sshd, or declare its port in valops.yaml: ssh: {port: 22}',
  };
};
