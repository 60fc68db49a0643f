import type { Question } from '../../core/fact.ts';
import { partFunctions, readParts } from '../parts.ts';

export interface Iptables {
  /** What the command `iptables` speaks to; null where it is not installed. */
  readonly flavour: 'nft' | 'legacy' | null;
  /** Tables of the legacy kernel interface that exist, and what is in them (iptables-save(8), no counters). */
  readonly legacy: { readonly ipv4: LegacyTables; readonly ipv6: LegacyTables };
}

/** `text` is null where there are tables and no program to list them: rules that cannot be judged. */
export interface LegacyTables {
  readonly tables: readonly string[];
  readonly text: string | null;
}

/**
 * Rules of the old kernel interface, which nft does not see. Listed only when the kernel has such
 * tables: asking for them otherwise would load the modules.
 */
export const firewallIptables: Question<Iptables> = {
  id: 'firewall.iptables',
  family: 'firewall',
  title: 'iptables: flavour, legacy tables',
  script: () => `${partFunctions}
names() { [ ! -r "$1" ] || cat "$1"; }
legacy() {
  part "names $1" names "/proc/net/$2"
  case $part_text in .) return ;; esac
  ! command -v "$3" >/dev/null || part "rules $1" "$3"
}
command -v iptables >/dev/null && part flavour iptables --version
legacy 4 ip_tables_names iptables-legacy-save
legacy 6 ip6_tables_names ip6tables-legacy-save`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const flavour = parts.get('flavour')?.text ?? '';
    const legacy = (version: 4 | 6): LegacyTables => {
      const names = parts.get(`names ${version}`);
      if (names === undefined) throw new Error('the tables of iptables could not be listed');
      const tables = names.text.split('\n').filter(Boolean).toSorted();
      const rules = parts.get(`rules ${version}`);
      const text =
        rules === undefined || rules.status !== 0
          ? null
          : rules.exact.replaceAll(/ \[\d+:\d+\]$/gm, '').replaceAll(/^#.*\n/gm, '');
      return { tables, text: tables.length === 0 ? '' : text };
    };
    return {
      flavour: flavour.includes('nf_tables') ? 'nft' : flavour === '' ? null : 'legacy',
      legacy: { ipv4: legacy(4), ipv6: legacy(6) },
    };
  },
};
