import { accountsPam } from '../../../facts/accounts/pam.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

const running = /^pam_(?:exec|python|script|lua)\.so$/;
const entrances = /\/(?:sshd|login|su|su-l|sudo|sudo-i|common-auth|common-account|cron|other|systemd-user)$/;

export const pamRules = defineCheck({
  id: 'persistence.pam-rules',
  title: 'PAM lets nobody in without asking, and runs no program of others',
  why: 'One line "auth sufficient pam_permit.so" makes every password right; pam_exec gets to see the true ones.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth(
    'no sufficient pam_permit, no pam_exec, modules by name',
    'pam.conf(5), pam_permit(8), pam_exec(8)',
  ),
  remediation: 'take the line out; pam-auth-update --force puts the common files back (keep a copy for the incident)',
  needs: { pam: accountsPam },
  evaluate: ({ pam }, _policy, { name: host }) =>
    orPass(
      pam.flatMap(({ path, line, type, control, module, options }) => {
        const file = module.slice(module.lastIndexOf('/') + 1);
        const passes = control === 'sufficient' || /success=(?:done|end|\d)/.test(control);
        const whys = [
          file === 'pam_permit.so' && type === 'auth' && passes ? 'lets everybody in' : '',
          file === 'pam_rootok.so' && /\/(?:sshd|login|common-auth)$/.test(path) ? 'lets root in unasked' : '',
          running.test(file) && entrances.test(path) ? 'runs a program at login' : '',
          module.startsWith('/') && !/^\/(?:usr\/)?lib\//.test(module) ? 'a module from elsewhere' : '',
          file === 'pam_succeed_if.so' && type === 'auth' && passes && entrances.test(path)
            ? 'lets in by a name alone'
            : '',
        ].filter(Boolean);
        if (whys.length === 0) return [];
        return [
          {
            status: 'fail',
            subject: `${path} ${type} ${file}`,
            expected: 'no such rule',
            actual: [type, control, module, ...options].join(' ').slice(0, 300),
            file: `${path}:${line}`,
            evidence: whys.join('; '),
          },
        ];
      }),
      host,
      `${pam.length} rules`,
    ),
});
