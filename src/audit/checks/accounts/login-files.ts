import { accountsHomes } from '../../../facts/accounts/homes.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

const trusting = /\/\.(?:rhosts|shosts)$/;
const secret = /\/\.(?:netrc|pgpass|my\.cnf|bash_history|zsh_history)$/;

export const loginFiles = defineCheck({
  id: 'accounts.login-files',
  title: 'files that act at login are changed by their user alone, and none holds a password that others read',
  why: 'A line in the .bashrc of an operator runs with every sudo they type afterwards.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth(
    'owned by the user or root, not writable by others; .netrc and histories 0600; no .rhosts',
    'CIS Ubuntu 24.04 7.2.10',
  ),
  remediation: 'chown <USER> <FILE> && chmod go-w <FILE>; for .netrc and histories: chmod 0600 <FILE>; rm <.rhosts>',
  needs: { homes: accountsHomes },
  evaluate: ({ homes }, _policy, { name: host }) =>
    orPass(
      homes.flatMap(({ user, files }) =>
        files.flatMap(({ path, mode, owner, type }) => {
          const forbidden = secret.test(path) ? 0o077 : 0o022;
          const found = { status: 'fail' as const, subject: path, actual: `${mode} ${owner}`, file: path };
          if (trusting.test(path)) return [{ ...found, expected: 'no such file' }];
          if ((owner === user || owner === 'root') && (Number.parseInt(mode, 8) & forbidden) === 0) return [];
          if (type === 'other') return [];
          return [
            { ...found, expected: `owner ${user}, ${secret.test(path) ? '0600 or less' : 'not writable by others'}` },
          ];
        }),
      ),
      host,
      `${homes.flatMap(({ files }) => files).length} files of ${homes.length} users`,
    ),
});
