import type { Question } from '../core/fact.ts';
import { shellQuote } from '../lib/shell-quote.ts';
import { partFunctions, partOf, readParts, type Parts } from './parts.ts';

/** What the RPC of a validator says of it, asked on the host itself. */
export interface ValidatorRpc {
  /** Why it gave no answer; null: it answered. */
  readonly problem: string | null;
  /** Null: well; else what it says. */
  readonly ill: string | null;
  /** Public key (solana, base58) or address (cometbft, hex) it signs as. */
  readonly identity: string | null;
  readonly version: string | null;
  /** Names of its chain: genesis hash (solana), chain id and hash of the first block (cometbft). */
  readonly genesis: readonly string[];
  /** Slot (solana) or height (cometbft), and again two seconds later; the second is null where it is not asked. */
  readonly heights: readonly [number, number | null] | null;
  /** Seconds between the time of its latest block and the host's; null: not told. */
  readonly age: number | null;
  readonly catchingUp: boolean | null;
  readonly peers: number | null;
  /** Whether calls that change the node are open; null: not told. */
  readonly unsafe: boolean | null;
}

/** Where to ask, as `audit.rpc` of `valops.yaml` says. */
export interface RpcPlace {
  readonly url: string;
  readonly network: 'solana' | 'cometbft';
}

/** Seconds for one call, bytes of one answer. */
const [patience, most] = [3, 262_144];

/**
 * `rpc URL [BODY]` prints an answer, by whichever program is there: a stock host has none of curl and wget. No proxy,
 * no redirection, no settings of a user. Ends with 127 where there is nothing to ask by.
 */
export const rpcFunction = `rpc() {
  if command -v curl >/dev/null; then
    if [ $# = 1 ]; then set -- -- "$1"; else set -- -H 'Content-Type: application/json' -d "$2" -- "$1"; fi
    curl -q -sS -m ${patience} --noproxy '*' "$@"
  elif command -v wget >/dev/null; then
    if [ $# = 1 ]; then set -- -- "$1"; else set -- --header 'Content-Type: application/json' --post-data "$2" -- "$1"; fi
    wget --no-config -q -O - -T ${patience} -t 1 --no-proxy --max-redirect=0 --content-on-error "$@"
  elif command -v python3 >/dev/null; then
    timeout $((${patience} + 1)) python3 -I -c '
import http.client, sys, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1])
kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
try:
    to = kind(url.hostname, url.port, timeout=${patience})
    body = sys.argv[2] if len(sys.argv) > 2 else None
    path = (url.path or "/") + ("?" + url.query if url.query else "")
    to.request("POST" if body else "GET", path, body, {"Content-Type": "application/json"})
    sys.stdout.buffer.write(to.getresponse().read(${most}))
except OSError as error:
    sys.exit(str(error))
' "$@"
  elif command -v bash >/dev/null && [ "\${1#http://}" != "$1" ]; then
    # shellcheck disable=SC2016 # the dollars are those of bash
    timeout ${patience} bash -c '
rest=\${1#http://} place=\${rest%%/*} path=/
case $rest in */*) path=/\${rest#*/} ;; esac
host=\${place%:*} port=\${place##*:}
[ "$host" != "$place" ] || port=80
host=\${host#\\[}
exec 5<>"/dev/tcp/\${host%\\]}/$port" || exit 7
if [ -n "$2" ]; then kind=POST; else kind=GET; fi
printf "%s %s HTTP/1.0\\r\\nHost: %s\\r\\nContent-Type: application/json\\r\\nContent-Length: %s\\r\\n\\r\\n%s" "$kind" "$path" "$place" "\${#2}" "$2" >&5
while IFS= read -r line <&5 && [ "$line" != $'"'\\\\r'"' ]; do :; done
cat <&5
' bash "$@"
  else
    echo 'no curl, wget, python3 or bash to ask by' >&2
    return 127
  fi
}
bounded() {
  bounded_text=$(rpc "$@"; bounded_status=$?; echo .; exit "$bounded_status")
  bounded_status=$?
  printf %s "\${bounded_text%.}" | head -c ${most}
  return "$bounded_status"
}
`;

const call = (method: string, params = ''): string =>
  shellQuote(`{"jsonrpc":"2.0","id":1,"method":"${method}"${params === '' ? '' : `,"params":${params}`}}`);

const scripts = {
  solana: `part health bounded "$url" ${call('getHealth')}
if [ "$(printf '%s' "$part_text" | head -c 1)" = '{' ]; then
  part slot bounded "$url" ${call('getSlot', '[{"commitment":"processed"}]')}
  part identity bounded "$url" ${call('getIdentity')}
  part version bounded "$url" ${call('getVersion')}
  part genesis bounded "$url" ${call('getGenesisHash')}
  peers() { rpc "$url" ${call('getClusterNodes')} | head -c 16000000 | tr ',{' '\\n\\n' | grep -c '"pubkey"'; }
  part peers peers
  sleep 2
  part slot-again bounded "$url" ${call('getSlot', '[{"commitment":"processed"}]')}
fi`,
  cometbft: `part status bounded "$url/status"
if [ "$(printf '%s' "$part_text" | head -c 1)" = '{' ]; then
  part now date +%s
  part peers bounded "$url/net_info"
  routes() { rpc "$url/" | head -c ${most} | grep -c -e unsafe_flush_mempool -e dial_seeds; }
  part routes routes
fi`,
} as const;

/** Asks the RPC that is declared for the validator of a host. */
export function validatorRpc({ url, network }: RpcPlace): Question<ValidatorRpc> {
  return {
    id: 'validator.rpc',
    family: 'validator',
    title: 'what the RPC of the validator says: health, height, identity, chain, peers',
    script: () => `${partFunctions}${rpcFunction}url=${shellQuote(url.replace(/\/+$/, ''))}\n${scripts[network]}`,
    privileged: false,
    timeout: 30,
    parse: ({ stdout, stderr }) => {
      const parts = readParts(stdout);
      const first = partOf(parts, network === 'solana' ? 'health' : 'status');
      if (first.status === 127) throw new Error(stderr.trim() || 'there is nothing to ask by');
      const object = json(first.text);
      if (object === null) {
        const said = first.text.slice(0, 80).trim();
        return {
          ...silent,
          problem: said === '' ? stderr.trim() || `no answer (${first.status})` : `no JSON: "${said}"`,
        };
      }
      return network === 'solana' ? readSolana(parts, object) : readCometbft(parts, object);
    },
  };
}

const silent: ValidatorRpc = {
  problem: null,
  ill: null,
  identity: null,
  version: null,
  genesis: [],
  heights: null,
  age: null,
  catchingUp: null,
  peers: null,
  unsafe: null,
};

/** JSON-RPC of agave: docs.anza.xyz/api/http. */
function readSolana(parts: Parts, health: unknown): ValidatorRpc {
  const result = (name: string): unknown => member(json(parts.get(name)?.text ?? ''), 'result');
  const well = member(health, 'result') === 'ok';
  const slot = number(result('slot'));
  const genesis = text(result('genesis'));
  const peers = parts.get('peers');
  return {
    ...silent,
    ill: well
      ? null
      : (text(member(health, 'error', 'message')) ?? text(member(health, 'result')) ?? 'no word about its health'),
    identity: text(member(result('identity'), 'identity')),
    version: text(member(result('version'), 'solana-core')),
    genesis: genesis === null ? [] : [genesis],
    heights: slot === null ? null : [slot, number(result('slot-again'))],
    peers: peers !== undefined && peers.status <= 1 && number(peers.text) !== 0 ? number(peers.text) : null,
  };
}

/** RPC of CometBFT: docs.cometbft.com, rpc. Some versions wrap answers in `result`, some do not. */
function readCometbft(parts: Parts, answer: unknown): ValidatorRpc {
  const status = member(answer, 'result') ?? answer;
  const sync = member(status, 'sync_info');
  const height = number(member(sync, 'latest_block_height'));
  const at = Date.parse(text(member(sync, 'latest_block_time')) ?? '');
  const now = number(parts.get('now')?.text);
  const catchingUp = member(sync, 'catching_up');
  const first = number(member(sync, 'earliest_block_height')) === 1 ? text(member(sync, 'earliest_block_hash')) : null;
  const routes = parts.get('routes');
  return {
    ...silent,
    ill: sync === undefined ? (text(member(answer, 'error', 'message')) ?? 'no word about its state') : null,
    identity: text(member(status, 'validator_info', 'address')),
    version: text(member(status, 'node_info', 'version')),
    genesis: [text(member(status, 'node_info', 'network')), first].flatMap((one) => one ?? []),
    heights: height === null ? null : [height, null],
    age: Number.isNaN(at) || now === null ? null : Math.max(0, Math.round(now - at / 1000)),
    catchingUp: typeof catchingUp === 'boolean' ? catchingUp : null,
    peers: number(/"n_peers":\s*"?(\d+)/.exec(parts.get('peers')?.text ?? '')?.[1]),
    unsafe: routes === undefined || routes.status > 1 ? null : number(routes.text) !== 0,
  };
}

function json(answer: string): object | null {
  try {
    const value: unknown = JSON.parse(answer);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function member(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name)
        ? (at as Record<string, unknown>)[name]
        : undefined,
    value,
  );
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : null;
}

/** Heights come as numbers or as decimal strings. */
function number(value: unknown): number | null {
  const read = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof read === 'number' && Number.isSafeInteger(read) ? read : null;
}
