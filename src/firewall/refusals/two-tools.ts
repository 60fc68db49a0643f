import { otherTools } from '../active-backend.ts';
import type { RefusalRule } from './refusal-input.ts';

/** Two tools that both set up a packet filter undo each other's work (CIS Debian 12, 4.1.1). */
export const twoTools: RefusalRule = ({ snapshot, backend }) => {
  const others = backend === null ? [] : otherTools(snapshot, backend);
  if (others.length === 0) return null;
  return {
    rule: 'FIREWALL_TWO_TOOLS',
    message: `${others.join(', ')} as well as ${backend} would set up the firewall`,
    hint: 'Keep one of them: choose it with --backend, or turn the other off.',
  };
};
