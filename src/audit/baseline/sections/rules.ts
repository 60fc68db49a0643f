import { createHash } from 'node:crypto';
import { firewallBoot } from '../../../facts/firewall/boot.ts';
import { firewallIptables } from '../../../facts/firewall/iptables.ts';
import { firewallNft } from '../../../facts/firewall/nft.ts';
import { firewallValops } from '../../../facts/firewall/valops.ts';
import { readNftText, type NftTextBlock } from '../../../facts/nft-text.ts';
import type { BaselineEntry } from '../entry.ts';
import { numbered } from '../numbered.ts';
import { defineSection } from '../section.ts';

/** A file that rules may be loaded from at boot. */
interface RulesFile {
  readonly path: string;
  readonly text: string;
}

/** Not compared: counters, handles, what sets learnt from packets, elements that time out, who fail2ban keeps out. */
export const rulesSection = defineSection({
  id: 'rules',
  title: 'firewall rules, running and for the next boot',
  needs: { nft: firewallNft, iptables: firewallIptables, boot: firewallBoot, valops: firewallValops },
  entries: ({ nft, iptables, boot, valops }) => {
    const own = valops.rules === null ? [] : [{ path: '/etc/valops-firewall.nft', text: valops.rules }];
    const files: readonly RulesFile[] = [...boot.files, ...own];
    const units = [...(boot.units ?? []), ...(valops.unit === null ? [] : [valops.unit])];
    return [
      ...(nft === null ? [] : runningRules(nft.text, files)),
      ...legacyRules('IPv4', iptables.legacy.ipv4.text, files),
      ...legacyRules('IPv6', iptables.legacy.ipv6.text, files),
      ...files.map(({ path, text }): BaselineEntry => ({
        key: `file ${path}`,
        value: `sha256 ${createHash('sha256').update(text).digest('hex')}`,
        file: path,
      })),
      ...units.map(({ name, enabled }): BaselineEntry => ({ key: `unit ${name}`, value: enabled })),
    ];
  },
});

function runningRules(text: string, files: readonly RulesFile[]): readonly BaselineEntry[] {
  return readNftText(text).flatMap(({ name, lines, blocks }) => [
    { key: `table ${name}`, value: lines.join(' ') },
    ...blocks.flatMap((block) => blockEntries(name, block, files)),
  ]);
}

function blockEntries(
  table: string,
  { head, lines }: NftTextBlock,
  files: readonly RulesFile[],
): readonly BaselineEntry[] {
  const where = `${head} of ${table}`;
  const within = `table ${table}`;
  if (!head.startsWith('chain ')) return [{ key: where, value: lasting(lines), within }];
  const rules = lines.filter((line) => line !== '' && !isBan(head, line));
  const keys = numbered(rules.map((rule) => `${where}: ${rule}`));
  return [
    { key: where, value: '', within },
    ...rules.map((rule, index) => ({ key: keys[index] ?? '', value: '', within: where, ...writtenIn(files, rule) })),
    { key: `order in ${where}`, value: keys, within: where },
  ];
}

/** A set whose elements time out changes by itself; so do the sets of fail2ban. */
function lasting(lines: readonly string[]): string {
  const text = lines.join(' ');
  return /\bflags [^;]*timeout|\btimeout \d/.test(text)
    ? text.replace(/elements = \{[^}]*\}/, 'elements that time out')
    : text;
}

/** fail2ban(1) has chains of its own, in which it only ever shuts somebody out. */
function isBan(head: string, rule: string): boolean {
  return head.startsWith('chain f2b-') && /^ip6? saddr \S+ .*\b(?:reject|drop)\b/.test(rule);
}

function legacyRules(family: string, text: string | null, files: readonly RulesFile[]): readonly BaselineEntry[] {
  if (text === null) return [{ key: `${family} rules of the old interface`, value: 'cannot be listed' }];
  const lines = text.split('\n').filter((line) => line.startsWith('-') || line.startsWith(':'));
  const keys = numbered(lines.map((line) => `${family} rule: ${line}`));
  if (keys.length === 0) return [];
  return [
    ...lines.map((line, index) => ({ key: keys[index] ?? '', value: '', ...writtenIn(files, line) })),
    { key: `order of ${family} rules`, value: keys },
  ];
}

/** Where a rule is written as nft prints it. */
function writtenIn(files: readonly RulesFile[], rule: string): Pick<BaselineEntry, 'file'> {
  for (const { path, text } of files) {
    const at = text.split('\n').findIndex((line) => line.trim() === rule);
    if (at >= 0) return { file: `${path}:${at + 1}` };
  }
  return {};
}
