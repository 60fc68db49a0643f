import { firewallBoot } from '../../../facts/firewall/boot.ts';
import { firewallNft } from '../../../facts/firewall/nft.ts';
import { firewallUfw } from '../../../facts/firewall/ufw.ts';
import { firewallValops } from '../../../facts/firewall/valops.ts';
import { readNftTables } from '../../../packet-filter/nft-tables.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'a unit that is enabled, with rules to load', source: 'CIS Ubuntu 24.04 4.2.3, 4.3.9, 4.3.10' };

export const startsAtBoot = defineCheck({
  id: 'firewall.starts-at-boot',
  title: 'the firewall that runs comes back after a reboot',
  why: 'Rules loaded by hand are gone with the next power cut, and the host comes up open while everybody believes it closed.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'systemctl enable <UNIT>, or let valops keep the rules: valops firewall apply --host <HOST>',
  fix: 'firewall',
  needs: { boot: firewallBoot, valops: firewallValops, nft: firewallNft, ufw: firewallUfw },
  evaluate: ({ boot, valops, nft, ufw }, _policy, { name }) => {
    if (boot.units === null) return [{ status: 'skip', subject: name, evidence: 'systemd does not run' }];
    const hooks = readNftTables(nft?.objects ?? []).flatMap(({ chains }) => chains.map(({ base }) => base?.hook));
    if (!hooks.includes('input'))
      return [
        { status: 'skip', subject: name, evidence: 'no rules for what comes in run: see firewall.incoming-denied' },
      ];
    const isEnabled = (unit: string): boolean =>
      boot.units?.some((one) => one.name === unit && one.enabled.startsWith('enabled')) ?? false;
    const hasFile = (path: string): boolean =>
      boot.files.some((one) => one.path === path && /^\s*(chain\s|-A\s|:INPUT\s|include\s)/m.test(one.text));
    const loads = [
      ...(valops.unit?.enabled.startsWith('enabled') === true && valops.rules !== null ? [valops.unit.name] : []),
      ...(isEnabled('nftables.service') && hasFile('/etc/nftables.conf') ? ['nftables.service'] : []),
      ...(isEnabled('ufw.service') && ufw?.enabled === true ? ['ufw.service'] : []),
      ...(isEnabled('netfilter-persistent.service') && hasFile('/etc/iptables/rules.v4')
        ? ['netfilter-persistent.service']
        : []),
      ...['firewalld.service', 'shorewall.service', 'ferm.service'].filter(isEnabled),
    ];
    const units = [...boot.units, ...(valops.unit === null ? [] : [valops.unit])];
    return [
      {
        status: loads.length > 0 ? 'pass' : 'fail',
        subject: 'rules at boot',
        expected: 'a unit that loads them',
        actual: loads.join(', ') || 'none',
        running: 'rules for what comes in',
        evidence: units.map((one) => `${one.name} ${one.enabled}`).join(', ') || 'no such unit',
      },
    ];
  },
});
