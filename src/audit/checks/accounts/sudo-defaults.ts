import { accountsSudoRules } from '../../../facts/accounts/sudo-rules.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

/** Minutes: sudo's own default is 15 (sudoers(5)). */
const longest = 15;

export const sudoDefaults = defineCheck({
  id: 'accounts.sudo-defaults',
  title: 'sudo keeps the environment of its callers out, and forgets passwords soon',
  why: 'With the environment of the caller, one allowed program is all of them; with a terminal of its own, no program can type on behind its back.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: {
      want: 'env_reset, secure_path, use_pty; no visiblepw; password asked after 15 minutes',
      source: 'sudoers(5); Debian default',
    },
    'cis-l1': { want: 'the same, and logfile', source: 'CIS Ubuntu 24.04 5.2.2, 5.2.3, 5.2.5, 5.2.6' },
  },
  remediation:
    'printf "Defaults env_reset, use_pty\\n" >/etc/sudoers.d/00-defaults && chmod 0440 /etc/sudoers.d/00-defaults && visudo -c; take contrary lines out',
  needs: { sudo: accountsSudoRules },
  evaluate: ({ sudo }, { profile }, { name: host }) => {
    if (sudo === null) return [{ status: 'skip', subject: host, evidence: 'sudo is not installed' }];
    const { defaults } = sudo;
    const judge = (subject: string, good: boolean, expected: string): Judgement => ({
      status: good ? 'pass' : 'fail',
      subject,
      expected,
      actual: defaults[subject] === undefined ? 'not set' : String(defaults[subject]),
      file: '/etc/sudoers',
    });
    const minutes = Number(defaults['timestamp_timeout'] ?? longest);
    return [
      judge('env_reset', defaults['env_reset'] !== false, 'not off'),
      judge('secure_path', typeof defaults['secure_path'] === 'string', 'a path'),
      judge('use_pty', defaults['use_pty'] === true, 'on'),
      judge('visiblepw', defaults['visiblepw'] !== true, 'not on'),
      judge('authenticate', defaults['authenticate'] !== false, 'not off'),
      judge('timestamp_timeout', minutes >= 0 && minutes <= longest, `at most ${longest} minutes`),
      ...(profile === 'cis-l1' ? [judge('logfile', typeof defaults['logfile'] === 'string', 'a file')] : []),
    ];
  },
});
