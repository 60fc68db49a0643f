import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { orPass } from '../../or-pass.ts';
import { aboutPostgres, isLoopback, judgeClusters } from '../../postgres-judged.ts';

/** Methods that prove nothing, or send the password so that it can be used again. */
const weak: Readonly<Record<string, string>> = {
  trust: 'nobody is asked who he is',
  password: 'the password is sent in clear',
  ident: "the other machine's word is taken",
  md5: 'a digest that is enough to log in with lies in the catalogue',
};

export const postgresRules = defineCheck({
  id: 'workload.postgres-rules',
  title: 'pg_hba.conf lets nobody in unproven, and nobody from everywhere',
  why: 'One line of trust makes every account of the host, and every program that is broken into, master of the data.',
  severity: 'high',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth(
    'peer, cert or scram-sha-256, from named networks',
    'PostgreSQL docs: pg_hba.conf, authentication methods',
  ),
  remediation:
    'Name the network in pg_hba.conf, and scram-sha-256 as method; SET password_encryption, new passwords first; systemctl reload postgresql',
  needs: aboutPostgres,
  evaluate: ({ postgres }, _policy, { name }) =>
    judgeClusters(postgres, name, (cluster, subject) =>
      orPass(
        cluster.rules.flatMap(({ at, type, database, user, address, method }): readonly Judgement[] => {
          // with these stored, md5 is answered by SCRAM all the same
          const isWeak = method === 'md5' ? cluster.passwords !== 'scram-sha-256' : weak[method] !== undefined;
          const isWide = type !== 'local' && method !== 'reject' && /^(all|0\.0\.0\.0\/0|::\/0)$/.test(address);
          if (!isWeak && !isWide) return [];
          return [
            {
              status: 'fail',
              subject: `${subject}: ${[type, database, user, address].filter(Boolean).join(' ')}`,
              expected: 'peer, cert or scram-sha-256, from named networks',
              actual: method,
              file: at,
              evidence: [isWeak ? (weak[method] ?? '') : '', isWide ? 'from every address' : '']
                .filter(Boolean)
                .join('; '),
            },
          ];
        }),
        subject,
        `${cluster.rules.length} lines, ${cluster.rules.filter(({ type, address }) => type !== 'local' && !isLoopback(address)).length} for other machines`,
      ),
    ),
});
