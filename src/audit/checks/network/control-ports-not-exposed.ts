import { ofBoth } from '../../both-profiles.ts';
import { exposedCheck } from '../../exposed-check.ts';

export const controlPortsNotExposed = exposedCheck(
  {
    id: 'network.control-ports-not-exposed',
    title: 'databases and control sockets listen to nobody outside',
    why: 'Whoever reaches the Docker socket is root; whoever reaches Redis, etcd or a database without a password nearly is.',
    severity: 'critical',
    cadence: 'weekly',
    expectations: ofBoth(
      'loopback or a private address, unless declared public',
      'Docker docs: protect the daemon socket; Redis docs: security',
    ),
    remediation: 'Bind it to 127.0.0.1, or to a socket in the file system; then restart it',
  },
  [
    [2375, 'Docker without TLS'],
    [2376, 'Docker'],
    [5432, 'PostgreSQL'],
    [3306, 'MySQL'],
    [6379, 'Redis'],
    [27_017, 'MongoDB'],
    [9200, 'Elasticsearch'],
    [11_211, 'memcached'],
    [2379, 'etcd'],
    [8500, 'Consul'],
    [8200, 'Vault'],
    [10_250, 'kubelet'],
    [111, 'rpcbind'],
    [2049, 'NFS'],
    [445, 'SMB'],
    [23, 'telnet'],
  ],
);
