import type { Question } from '../../core/fact.ts';
import type { JsonObject } from '../../lib/canonical-json.ts';
import { readNftJson } from '../nft-json.ts';
import { textWithoutMemory, withoutMemory } from '../nft-memory.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface NftRuleset {
  /** Tables, chains, rules, sets of all families, as libnftables-json(5) has them; without counters and what sets learnt. */
  readonly objects: readonly JsonObject[];
  /** The same as nft prints it for people, without them as well (`nft -s list ruleset`). */
  readonly text: string;
  /** Version of nft, for example `1.0.6`. */
  readonly version: string;
}

/**
 * The rules the kernel runs, those made through iptables-nft and ufw among them. Null where nft is
 * not installed: then nothing is said about rules made by iptables (`firewall.iptables`).
 */
export const firewallNft: Question<NftRuleset | null> = {
  id: 'firewall.nft',
  family: 'firewall',
  title: 'running nftables ruleset',
  script: () => `${partFunctions}
command -v nft >/dev/null || { part absent true; exit 0; }
part version nft --version
part json nft -j -s list ruleset
part text nft -s list ruleset`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout, stderr }) => {
    const parts = readParts(stdout);
    if (parts.has('absent')) return null;
    const json = partOf(parts, 'json');
    const text = partOf(parts, 'text');
    if (json.status !== 0 || text.status !== 0) throw new Error(`nft could not list the ruleset: ${stderr.trim()}`);
    return {
      objects: withoutMemory(readNftJson(json.text), text.exact),
      text: textWithoutMemory(text.exact),
      version: /v(\d+(?:\.\d+)+)/.exec(partOf(parts, 'version').text)?.[1] ?? '',
    };
  },
};
