import { accountsSudoRules } from '../../../facts/accounts/sudo-rules.ts';
import { isRootOnly } from '../../../facts/root-only.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';

export const sudoFiles = defineCheck({
  id: 'accounts.sudo-files',
  title: 'only root may change what sudo allows',
  why: 'Whoever writes a rule is root with the next command. Where sudo sees it first, it ignores the file, or all rules of the directory: nobody is root when it matters.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth('owned by root, not writable by others', 'sudoers(5), "Sudoers file location"'),
  remediation: 'chown root:root <FILE> && chmod 0440 <FILE>; for the directory: chmod 0755 /etc/sudoers.d',
  needs: { sudo: accountsSudoRules },
  evaluate: ({ sudo }, _policy, { name: host }) => {
    if (sudo === null) return [{ status: 'skip', subject: host, evidence: 'sudo is not installed' }];
    return sudo.files.map((file) => ({
      status: isRootOnly(file) ? 'pass' : 'fail',
      subject: file.path,
      expected: 'owner root, not writable by others',
      actual: `${file.mode} ${file.owner}:${file.group}`,
      file: file.path,
    }));
  },
});
