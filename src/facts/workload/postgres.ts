import type { Question } from '../../core/fact.ts';
import { partFunctions, readWholeParts, type Parts } from '../parts.ts';

/** One line of pg_hba.conf. */
export interface HbaRule {
  /** `FILE:LINE`, or the line alone where only the server tells. */
  readonly at: string;
  /** `local`, `host`, `hostssl`, `hostnossl`, `hostgssenc`, `hostnogssenc`. */
  readonly type: string;
  readonly database: string;
  readonly user: string;
  /** Empty for `local`. */
  readonly address: string;
  readonly method: string;
}

export interface DatabaseRole {
  readonly name: string;
  readonly superuser: boolean;
  readonly login: boolean;
}

/** One PostgreSQL cluster of Debian's layout, or the server at a socket. */
export interface PostgresCluster {
  /** For example `15/main`. */
  readonly name: string;
  readonly port: number;
  /** Whether the server told itself; else its files did, and what was changed since it read them is not seen. */
  readonly live: boolean;
  /** `listen_addresses`; null: not told, which means localhost. */
  readonly listen: string | null;
  /** `ssl`; null: not told, which means off. */
  readonly ssl: boolean | null;
  /** `password_encryption`; null: not told. */
  readonly passwords: string | null;
  readonly rules: readonly HbaRule[];
  /** Null: only the server knows, and it did not tell. */
  readonly roles: readonly DatabaseRole[] | null;
}

/** Whether a server runs at all, and its clusters. */
export interface Postgres {
  /** Processes named `postgres` outside of any cluster that is known, as a container has them. */
  readonly elsewhere: boolean;
  readonly clusters: readonly PostgresCluster[];
}

const settings = `SELECT pg_catalog.concat_ws(E'\\t', 's', name, setting) FROM pg_catalog.pg_settings WHERE name IN ('listen_addresses', 'ssl', 'password_encryption')`;
const roles = `SELECT pg_catalog.concat_ws(E'\\t', 'r', rolname, rolsuper, rolcanlogin) FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_'`;
const rules = `SELECT pg_catalog.concat_ws(E'\\t', 'h', line_number, type, pg_catalog.array_to_string(database, ','), pg_catalog.array_to_string(user_name, ','), COALESCE(address || COALESCE('/' || netmask, ''), ''), auth_method) FROM pg_catalog.pg_hba_file_rules WHERE error IS NULL`;

/** Asks a server on the host by psql as its own user over the socket, read-only, and its files where it is silent; null: there is none. */
export const workloadPostgres: Question<Postgres | null> = {
  id: 'workload.postgres',
  family: 'workload',
  title: 'PostgreSQL: addresses, TLS, who gets in and how, roles',
  script: () => `${partFunctions}
ask() {
  [ -S "/var/run/postgresql/.s.PGSQL.$1" ] && command -v psql >/dev/null && command -v setpriv >/dev/null && id postgres >/dev/null 2>&1 || return 5
  cd / && HOME=/ PGCONNECT_TIMEOUT=3 PGOPTIONS='-c default_transaction_read_only=on -c statement_timeout=3000' PGAPPNAME=valops timeout 6 \\
    setpriv --reuid=postgres --regid=postgres --init-groups \\
    psql -XAtqw -h /var/run/postgresql -p "$1" -U postgres -d postgres -v ON_ERROR_STOP=1 -c "${settings}" -c "${roles}" -c "${rules}"
}
conf() { cat -- "$1"/postgresql.conf "$1"/conf.d/*.conf "$2"/postgresql.auto.conf 2>/dev/null | sed -n "s/^[[:space:]]*\\(listen_addresses\\|ssl\\|password_encryption\\|port\\)[[:space:]]*=*[[:space:]]*\\('[^']*'\\|[^[:space:]#]*\\).*/\\1	\\2/p"; }
hba() { awk '{ sub(/#.*/, "") } $1 ~ /^(local|host(ssl|nossl|gssenc|nogssenc)?)$/ { print FNR "\\t" $1 "\\t" $2 "\\t" $3 "\\t" $4 "\\t" $5 "\\t" $6 }' "$1"; }
for dir in /etc/postgresql/*/*; do
  [ -f "$dir/postgresql.conf" ] || continue
  name=\${dir#/etc/postgresql/}
  data=$(sed -n "s/^[[:space:]]*data_directory[[:space:]]*=*[[:space:]]*'\\([^']*\\)'.*/\\1/p" "$dir/postgresql.conf" | tail -n 1)
  part "conf $name" conf "$dir" "\${data:-/var/lib/postgresql/$name}"
  port=$(printf '%s\\n' "$part_text" | sed -n "s/^port	'*\\([0-9]*\\).*/\\1/p" | tail -n 1)
  [ ! -f "$dir/pg_hba.conf" ] || part "hba $name" hba "$dir/pg_hba.conf"
  part "live $name" ask "\${port:-5432}"
done
postmasters() { grep -lxsE '(postgres|postmaster)' /proc/[0-9]*/comm | wc -l; }
part processes postmasters
echo '=end 0'`,
  privileged: true,
  timeout: 25,
  parse: ({ stdout }) => {
    const parts = readWholeParts(stdout);
    const clusters = [...parts.keys()]
      .filter((name) => name.startsWith('conf '))
      .map((name) => readCluster(parts, name.slice('conf '.length)));
    const elsewhere = Number(parts.get('processes')?.text) > 0 && clusters.every(({ live }) => !live);
    return clusters.length === 0 && !elsewhere ? null : { elsewhere, clusters };
  },
};

function readCluster(parts: Parts, name: string): PostgresCluster {
  const rows = (part: string): readonly (readonly string[])[] =>
    (parts.get(`${part} ${name}`)?.text ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t'));
  const isLive = parts.get(`live ${name}`)?.status === 0;
  const told = isLive ? rows('live') : [];
  const values = new Map(
    isLive
      ? told.flatMap(([sort, key = '', value = '']) => (sort === 's' ? [[key, value] as const] : []))
      : rows('conf').map(([key = '', value = '']) => [key, value.replace(/^'|'$/g, '')] as const),
  );
  const port = rows('conf').findLast(([key]) => key === 'port')?.[1];
  const ssl = values.get('ssl');
  const file = `/etc/postgresql/${name}/pg_hba.conf`;
  return {
    name,
    port: Number(port?.replaceAll("'", '')) || 5432,
    live: isLive,
    listen: values.get('listen_addresses') ?? null,
    ssl: ssl === undefined ? null : /^(on|t|true|y|yes|1)$/i.test(ssl),
    passwords: values.get('password_encryption') ?? null,
    rules: isLive
      ? told.flatMap(([sort, line, type = '', database = '', user = '', address = '', method = '']) =>
          sort === 'h'
            ? [{ at: `${file}:${line ?? ''}`, type, database, user, address: asPrefix(address), method }]
            : [],
        )
      : rows('hba').map((row) => ruleOf(row, file)),
    roles: isLive
      ? told.flatMap(([sort, role = '', superuser, login]) =>
          sort === 'r' ? [{ name: role, superuser: superuser === 't', login: login === 't' }] : [],
        )
      : null,
  };
}

/** `host` lines may give the netmask in a column of its own; pg_hba.conf of PostgreSQL 15, 21.1. */
function ruleOf([line = '', type = '', database = '', user = '', ...rest]: readonly string[], file: string): HbaRule {
  const [first = '', second = '', third = ''] = rest;
  const at = `${file}:${line}`;
  if (type === 'local') return { at, type, database, user, address: '', method: first };
  const isMask = /^\d+\.\d+\.\d+\.\d+$|^[0-9a-f:]*:[0-9a-f:]*$/i.test(second);
  return {
    at,
    type,
    database,
    user,
    address: isMask ? asPrefix(`${first}/${second}`) : first,
    method: isMask ? third : second,
  };
}

/** `10.0.0.0/255.0.0.0` as `10.0.0.0/8`: the server and its file write the same network differently. */
function asPrefix(network: string): string {
  const [, address = '', mask] = /^([^/]*)\/(\d+\.\d+\.\d+\.\d+|[0-9a-f:]*:[0-9a-f:]*)$/i.exec(network) ?? [];
  if (mask === undefined) return network;
  const ones = (number: number): number => number.toString(2).replaceAll('0', '').length;
  const parts = mask.includes(':')
    ? mask.split(':').map((one) => Number.parseInt(one || '0', 16))
    : mask.split('.').map(Number);
  return `${address}/${parts.reduce((sum, part) => sum + ones(part), 0)}`;
}
