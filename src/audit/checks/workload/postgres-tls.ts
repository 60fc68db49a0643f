import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { aboutPostgres, isLoopback, judgeClusters, toldBy } from '../../postgres-judged.ts';

export const postgresTls = defineCheck({
  id: 'workload.postgres-tls',
  title: 'PostgreSQL takes connections from other machines by TLS only',
  why: 'Without TLS, and with it merely offered, whoever is on the way reads and alters what is asked and answered.',
  severity: 'high',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth(
    'ssl on, and hostssl for other machines',
    'PostgreSQL docs: secure TCP/IP connections, pg_hba.conf; Nuttoo: Security, Connectivity',
  ),
  remediation: 'ssl = on in postgresql.conf; hostssl in the place of host in pg_hba.conf; systemctl reload postgresql',
  needs: aboutPostgres,
  evaluate: ({ postgres }, _policy, { name }) =>
    judgeClusters(postgres, name, (cluster, subject): readonly Judgement[] => {
      const remote = cluster.rules.filter(
        ({ type, address, method }) => type !== 'local' && method !== 'reject' && !isLoopback(address),
      );
      const told = { ...toldBy(cluster), subject };
      if (remote.length === 0) return [{ ...told, status: 'pass', actual: 'nobody from another machine is let in' }];
      const expected = 'ssl on, and hostssl for other machines';
      if (cluster.ssl !== true) return [{ ...told, status: 'fail', expected, actual: 'ssl is off' }];
      const plain = remote.filter(({ type }) => type !== 'hostssl' && type !== 'hostgssenc');
      if (plain.length === 0) return [{ ...told, status: 'pass', expected, actual: 'ssl is on, and demanded' }];
      return plain.map(({ at, type, database, user, address }) => ({
        status: 'fail',
        subject: `${subject}: ${type} ${database} ${user} ${address}`,
        expected: 'hostssl',
        actual: `${type}: TLS is not demanded`,
        file: at,
      }));
    }),
});
