import { isInstalled } from '../active-backend.ts';
import { firewallValops } from '../../facts/firewall/valops.ts';
import { valueOf } from '../../facts/value-of.ts';
import type { RefusalRule } from './refusal-input.ts';

/** The tool must be there, and something must load its rules at boot. */
export const noBackend: RefusalRule = ({ snapshot, backend }) => {
  if (backend === null || !isInstalled(snapshot, backend)) {
    return {
      rule: 'FIREWALL_NO_BACKEND',
      message: backend === null ? 'neither nft nor ufw is installed' : `${backend} is not installed`,
      hint: `apt-get install ${backend ?? 'nftables'}`,
    };
  }
  if (valueOf(snapshot, firewallValops)?.systemd !== false) return null;
  return {
    rule: 'FIREWALL_NO_BOOT',
    message: 'systemd does not run: nothing would load the rules at boot',
    hint: 'Set up the firewall by hand on such a host.',
  };
};
