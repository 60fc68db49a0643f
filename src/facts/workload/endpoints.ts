import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, partOf, readWholeParts } from '../parts.ts';
import { rpcFunction, type RpcPlace } from '../validator-rpc.ts';

/** Whether an RPC that a program falls back to answers from the host. */
export interface Endpoint {
  /** Its host and port; never the rest, which may hold a key. */
  readonly name: string;
  /** Null: it did not answer as RPC; else the genesis hash (solana) or chain (cometbft) it tells. */
  readonly chain: string | null;
  /** Why it gave no answer that is understood; null: it did. */
  readonly problem: string | null;
}

/** Asks declared RPCs, in the order given, which chain they are of. At most eight, one call each. */
export function workloadEndpointsOf(places: readonly RpcPlace[]): Question<readonly Endpoint[]> {
  return {
    id: 'workload.endpoints',
    family: 'workload',
    title: 'declared RPC and its fallbacks: whether they answer from here',
    script: () => `${partFunctions}${rpcFunction}
genesis() { bounded "$1" '{"jsonrpc":"2.0","id":1,"method":"getGenesisHash"}' | head -c 4096; }
status() { bounded "$1/status" | head -c 65536; }
${places.map(({ url, network }) => `part ${shellQuote(`at ${new URL(url).host}`)} ${network === 'solana' ? 'genesis' : 'status'} ${shellQuote(url.replace(/\/+$/, ''))} 2>/dev/null\n`).join('')}asking() { command -v curl || command -v wget || command -v python3 || command -v bash; }
part asking asking
echo '=end 0'`,
    privileged: false,
    timeout: 30,
    parse: ({ stdout }) => {
      const parts = readWholeParts(stdout);
      if (partOf(parts, 'asking').status !== 0) throw new Error('no curl, wget, python3 or bash to ask by');
      return [...parts].flatMap(([name, { text }]): readonly Endpoint[] => {
        if (!name.startsWith('at ')) return [];
        const found =
          /"result"\s*:\s*"([1-9A-HJ-NP-Za-km-z]{32,44})"/.exec(text) ?? /"network"\s*:\s*"([^"]{1,100})"/.exec(text);
        const problem =
          found === null ? (text.trim() === '' ? 'no answer' : 'it answered, and not as this RPC does') : null;
        return [{ name: name.slice('at '.length), chain: found?.[1] ?? null, problem }];
      });
    },
  };
}

/** Of no RPC: what `valops facts` asks. */
export const workloadEndpoints = workloadEndpointsOf([]);
