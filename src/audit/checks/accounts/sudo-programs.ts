import { accountsSudoRules } from '../../../facts/accounts/sudo-rules.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { weaknessOf } from '../../guarded-judgement.ts';
import { orPass } from '../../or-pass.ts';

export const sudoPrograms = defineCheck({
  id: 'accounts.sudo-programs',
  title: 'programs that sudo lets be run can be changed by root alone',
  why: 'A rule for one script is a rule for everything where its user may write to the script or replace its directory.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth(
    'file and directories above owned by root, not writable by others',
    'sudoers(5), "SECURITY NOTES"',
  ),
  remediation:
    'move it to a place of root: install -o root -g root -m 0755 <PROGRAM> /usr/local/sbin/, and name that in the rule',
  needs: { sudo: accountsSudoRules },
  evaluate: ({ sudo }, _policy, { name: host }) => {
    if (sudo === null) return [{ status: 'skip', subject: host, evidence: 'sudo is not installed' }];
    return orPass(
      sudo.programs
        .filter(({ weak }) => weak.length > 0)
        .map((program) => ({
          status: 'fail',
          subject: program.path,
          expected: 'root alone',
          actual: weaknessOf(program),
          file: program.path,
        })),
      host,
      `${sudo.programs.length} programs`,
    );
  },
});
