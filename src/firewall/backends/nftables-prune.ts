import type { Change, Unchanged } from '../../core/change.ts';
import type { Snapshot } from '../../core/fact.ts';
import { firewallBoot } from '../../facts/firewall/boot.ts';
import { firewallDocker } from '../../facts/firewall/docker.ts';
import { unifiedDiff } from '../../lib/diff.ts';
import { valueOf } from '../../facts/value-of.ts';
import { readNftTables, type NftTable } from '../../packet-filter/nft-tables.ts';
import { firewallNft } from '../../facts/firewall/nft.ts';
import { ownTable } from './nftables-text.ts';
import { textOfTable } from './table-text.ts';

/**
 * What becomes of tables that are not ours: nothing, or with `prune` their removal. Docker's stay in
 * any case, and those that nft cannot load again (rules of iptables): without a way back there is no
 * change.
 */
export function planPrune(snapshot: Snapshot, prune: boolean): readonly (Change | Unchanged)[] {
  const running = valueOf(snapshot, firewallNft);
  const foreign = readNftTables(running?.objects ?? []).filter(({ name }) => name !== ownTable);
  const tables = foreign.map((table) => {
    const id = `firewall.foreign ${table.name}`;
    const text = textOfTable(running?.text ?? '', table.name);
    const kept = prune ? whyKept(table, text, snapshot) : 'not made by valops: left alone';
    return kept !== null || text === null ? { id, reason: kept ?? 'not listed' } : removal(id, table.name, text);
  });
  return [...tables, ...(prune ? pruneBoot(snapshot) : [])];
}

function whyKept({ chains }: NftTable, text: string | null, snapshot: Snapshot): string | null {
  if (text === null) return 'its text is not known: left alone';
  if (chains.some(({ name }) => name.startsWith('DOCKER')) || valueOf(snapshot, firewallDocker)?.running === true) {
    return 'docker makes rules of its own: left alone';
  }
  return /\bxt (match|target)\b|^# (?!.*managed)/m.test(text) ? 'nft could not restore it: left alone' : null;
}

function removal(id: string, name: string, text: string): Change {
  const exists = `table ${name}\ndelete table ${name}\n`;
  return {
    id,
    summary: `remove table ${name}, which valops did not make`,
    risk: 'access',
    diff: unifiedDiff(`table ${name}`, text, null),
    do: [{ step: 'run', argv: ['nft', '-f', '-'], input: exists }],
    undo: [{ step: 'run', argv: ['nft', '-f', '-'], input: exists + text }],
  };
}

/** nftables.service would load its tables again at the next boot. */
function pruneBoot(snapshot: Snapshot): readonly (Change | Unchanged)[] {
  const { units = null, files = [] } = valueOf(snapshot, firewallBoot) ?? {};
  const enabled =
    units?.some(({ name, enabled: state }) => name === 'nftables.service' && state === 'enabled') ?? false;
  if (!enabled || !files.some(({ text }) => /^\s*(table|add table)\s/m.test(text))) return [];
  return [
    {
      id: 'firewall.foreign-boot',
      summary: 'keep nftables.service from loading other tables at boot',
      risk: 'service',
      diff: '- enabled: nftables.service\n',
      do: [{ step: 'run', argv: ['systemctl', 'disable', 'nftables.service'] }],
      undo: [{ step: 'run', argv: ['systemctl', 'enable', 'nftables.service'] }],
    },
  ];
}
