import type { Question } from '../core/fact.ts';
import { firewallNft, type NftRuleset } from '../facts/firewall/nft.ts';
import type { JsonObject } from '../lib/canonical-json.ts';

/**
 * `firewall.nft` without what sets have remembered of past packets: a plan must not go stale because
 * somebody logged in.
 */
export const settledNft: Question<NftRuleset | null> = {
  ...firewallNft,
  parse: (answer) => {
    const ruleset = firewallNft.parse(answer);
    if (ruleset === null) return null;
    return { ...ruleset, objects: ruleset.objects.map(withoutMemory), text: settledText(ruleset.text) };
  },
};

function withoutMemory(object: JsonObject): JsonObject {
  const { set } = object;
  if (typeof set !== 'object' || set === null || Array.isArray(set)) return object;
  const members = Object.entries(set as JsonObject);
  const flags = JSON.stringify(members.find(([key]) => key === 'flags')?.[1] ?? []);
  if (!flags.includes('dynamic')) return object;
  return { set: Object.fromEntries(members.filter(([key]) => key !== 'elem')) };
}

/** nft lists elements last in a set, over several lines. */
function settledText(text: string): string {
  return text.replaceAll(/^\t(set|map) [^{]*\{\n(?:\t\t.*\n)*?\t\}$/gm, (block) =>
    /^\t\tflags .*dynamic/m.test(block) ? block.replace(/\n\t\telements = \{[^}]*\}/, '') : block,
  );
}
