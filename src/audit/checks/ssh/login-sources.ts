import { sshLastUse } from '../../../facts/ssh/last-use.ts';
import { contains, parseIp, parseNetwork } from '../../../lib/ip.ts';
import { defineCheck } from '../../check.ts';
import { forSshd } from '../../ssh-check.ts';

const want = { want: 'from the networks of audit.loginSources only', source: 'valops.yaml' };

/** Looks at the latest login of each user and key, which is what the fact keeps: not at every login. */
export const loginSources = forSshd(
  defineCheck({
    id: 'ssh.login-sources',
    title: 'the latest login of each key came from a declared network',
    why: 'A login from elsewhere is the first sign of a stolen key, and the last moment at which only the host is lost.',
    severity: 'high',
    cadence: 'weekly',
    expectations: { validator: want, 'cis-l1': want, 'ssh-audit': want },
    remediation: 'Ask that person at once. If it was not them, remove the key and follow: valops audit run incident',
    needs: { record: sshLastUse },
    evaluate: ({ record }, { loginSources }, { name }) => {
      if (loginSources.length === 0)
        return [{ status: 'skip', subject: name, evidence: 'valops.yaml declares no audit.loginSources' }];
      const { since, uses, source } = record;
      if (uses.length === 0) {
        if (since === null)
          return [{ status: 'unknown', subject: name, evidence: `no logins are on record (${source})` }];
        return [{ status: 'pass', subject: name, actual: 'no login', evidence: `none since ${since} (${source})` }];
      }
      const networks = loginSources.flatMap((one) => parseNetwork(one) ?? []);
      return uses.map(({ user, method, fingerprint, from, last, count }) => {
        const ip = parseIp(from);
        const within = ip !== null && networks.some((network) => contains(network, ip));
        return {
          status: within ? 'pass' : 'fail',
          subject: `${user} ${fingerprint ?? method}`,
          expected: `from ${loginSources.join(', ')}`,
          actual: `from ${from} at ${last}`,
          evidence: `${count} logins on record (${source})`,
        };
      });
    },
  }),
);
