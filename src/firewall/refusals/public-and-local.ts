import { describePort } from '../../policy/firewall/policy.ts';
import type { RefusalRule } from './refusal-input.ts';

/** A port cannot be for anybody and for this host only. */
export const publicAndLocal: RefusalRule = ({ policy }) => {
  const both = policy.public.filter(({ port, proto }) =>
    policy.local.some((one) => one.port === port && one.proto === proto),
  );
  if (both.length === 0) return null;
  return {
    rule: 'FIREWALL_PUBLIC_AND_LOCAL',
    message: `the policy calls ${both.map(describePort).join(', ')} both public and local`,
    hint: 'Take it out of firewall.public or of firewall.local in valops.yaml.',
  };
};
