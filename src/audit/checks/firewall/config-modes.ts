import { firewallBoot } from '../../../facts/firewall/boot.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'root:root, written by root alone', source: 'nft(8); valops' };

export const configModes = defineCheck({
  id: 'firewall.config-modes',
  title: 'only root writes the files that rules are loaded from at boot',
  why: 'Who writes the rules of the next boot opens the host without touching the ones that run.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'chown root:root <FILE> && chmod go-w <FILE>',
  needs: { boot: firewallBoot },
  evaluate: ({ boot: { files } }, _policy, { name }) => {
    if (files.length === 0) return [{ status: 'skip', subject: name, evidence: 'no rules are loaded from files' }];
    return files.map(({ path, mode, owner, group }) => ({
      status: owner === 'root' && (parseInt(mode, 8) & 0o022) === 0 ? 'pass' : 'fail',
      subject: path,
      expected: want.want,
      actual: `${owner}:${group} ${mode}`,
      file: path,
    }));
  },
});
