import { workloadPostgres, type Postgres, type PostgresCluster } from '../facts/workload/postgres.ts';
import type { Judgement } from './finding.ts';

/** What the checks of PostgreSQL ask. */
export const aboutPostgres = { postgres: workloadPostgres };

/** Judgements of every cluster; skipped where there is none, unknown for a server whose files are elsewhere. */
export function judgeClusters(
  postgres: Postgres | null,
  host: string,
  judge: (cluster: PostgresCluster, subject: string) => readonly Judgement[],
): readonly Judgement[] {
  if (postgres === null) return [{ status: 'skip', subject: host, evidence: 'there is no PostgreSQL' }];
  return [
    ...postgres.clusters.flatMap((cluster) => judge(cluster, `PostgreSQL ${cluster.name}`)),
    ...(postgres.elsewhere && postgres.clusters.length === 0
      ? [
          {
            status: 'unknown',
            subject: 'postgres',
            evidence:
              'a server runs, and its settings are in none of /etc/postgresql: in a container, or installed otherwise',
          } as const,
        ]
      : []),
  ];
}

/** Where a value is from. */
export function toldBy({ live, name }: PostgresCluster): Pick<Judgement, 'evidence' | 'file'> {
  return {
    evidence: live ? 'the server told' : 'from its files: the server did not answer',
    file: `/etc/postgresql/${name}/postgresql.conf`,
  };
}

/** Whether an address or a name is this host's alone. */
export function isLoopback(address: string): boolean {
  return /^(localhost|127(\.\d+){3}(\/.+)?|::1(\/.+)?|samehost)$/.test(address.trim());
}
