import { isPrivateAddress } from '../../private-address.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { aboutPostgres, isLoopback, judgeClusters, toldBy } from '../../postgres-judged.ts';

export const postgresAddresses = defineCheck({
  id: 'workload.postgres-addresses',
  title: 'PostgreSQL listens on private addresses only',
  why: 'A database on a public address is one password, or one fault of its protocol, away from everybody.',
  severity: 'high',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth(
    'localhost, or addresses of a private network',
    'PostgreSQL docs: listen_addresses; Nuttoo: Security, Connectivity',
  ),
  remediation:
    "listen_addresses = 'localhost' in postgresql.conf, or the address of the private network; systemctl restart postgresql",
  needs: aboutPostgres,
  evaluate: ({ postgres }, _policy, { name }) =>
    judgeClusters(postgres, name, (cluster, subject) => {
      const listen = cluster.listen ?? 'localhost';
      const addresses = listen.split(',').map((one) => one.trim());
      const open = addresses.filter((one) => one !== '' && !isLoopback(one) && !isPrivateAddress(one));
      return [
        {
          ...toldBy(cluster),
          status: open.length === 0 ? 'pass' : 'fail',
          subject,
          expected: 'localhost, or addresses of a private network',
          [cluster.live ? 'running' : 'actual']: listen === '' ? 'no address: its socket only' : listen,
        },
      ];
    }),
});
