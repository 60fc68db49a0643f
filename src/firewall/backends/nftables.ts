import type { Change, Step, Unchanged } from '../../core/change.ts';
import type { Snapshot } from '../../core/fact.ts';
import { firewallValops } from '../../facts/firewall/valops.ts';
import { unifiedDiff } from '../../lib/diff.ts';
import { valueOf } from '../../facts/value-of.ts';
import { readNftTables, type NftTable } from '../../packet-filter/nft-tables.ts';
import type { Ruleset } from '../ruleset.ts';
import { sameRules } from '../same-rules.ts';
import { firewallNft } from '../../facts/firewall/nft.ts';
import type { Backend } from './backend.ts';
import { planPrune } from './nftables-prune.ts';
import { describeRuleset, describeTable, ownTable, renderNftables, replaceTable } from './nftables-text.ts';
import { textOfTable } from './table-text.ts';
import { rulesPath, unitName, unitPath, unitText, wantsPath } from './nftables-unit.ts';

/** Our own table, replaced as a whole in one transaction; other tables are left alone. */
export const nftables: Backend = {
  name: 'nftables',
  plan(ruleset, snapshot, prune) {
    const running = planRunning(ruleset, snapshot);
    const boot = planBoot(ruleset, snapshot, 'do' in running);
    const parts = [running, boot, ...planPrune(snapshot, prune)];
    return {
      changes: parts.filter((part): part is Change => 'do' in part),
      unchanged: parts.filter((part): part is Unchanged => !('do' in part)),
    };
  },
};

/** Whether a running table is exactly what the ruleset makes of it. */
export function isRunning({ input, output }: Ruleset, { chains }: NftTable): boolean {
  const wanted = [
    { name: 'input', policy: 'drop', rules: input },
    ...(output.length === 0 ? [] : [{ name: 'output', policy: 'accept', rules: output }]),
  ];
  return (
    chains.length === wanted.length &&
    wanted.every(({ name, policy, rules }) => {
      const chain = chains.find((one) => one.name === name);
      const base = chain?.base;
      if (chain === undefined || base === null || base === undefined) return false;
      const asDeclared = base.type === 'filter' && base.hook === name && base.priority === 0 && base.policy === policy;
      return asDeclared && sameRules(chain.rules, rules);
    })
  );
}

function planRunning(ruleset: Ruleset, snapshot: Snapshot): Change | Unchanged {
  const id = 'firewall.ruleset';
  const running = valueOf(snapshot, firewallNft);
  const own = readNftTables(running?.objects ?? []).find(({ name }) => name === ownTable);
  if (own !== undefined && isRunning(ruleset, own)) return { id, reason: `table ${ownTable} runs as declared` };
  const input = renderNftables(ruleset);
  return {
    id,
    summary: own === undefined ? `load table ${ownTable}: default deny` : `replace table ${ownTable}`,
    risk: 'access',
    diff: unifiedDiff(`table ${ownTable}`, own === undefined ? null : describeTable(own), describeRuleset(ruleset)),
    do: [nft(['-c', '-f', '-'], input), nft(['-f', '-'], input)],
    undo: [nft(['-f', '-'], replaceTable(textOfTable(running?.text ?? '', ownTable)))],
  };
}

function planBoot(ruleset: Ruleset, snapshot: Snapshot, shown: boolean): Change | Unchanged {
  const id = 'firewall.boot';
  const { unit = null, unitText: currentUnit = null, rules = null } = valueOf(snapshot, firewallValops) ?? {};
  const wanted = renderNftables(ruleset);
  const enabled = unit?.enabled === 'enabled';
  const sound =
    rules === wanted && currentUnit === unitText && enabled && unit.active === 'active' && !unit.needsReload;
  if (sound) return { id, reason: `${unitName} loads the declared rules at boot` };
  const run = (...argv: [string, ...string[]]): Step => ({ step: 'run', argv });
  const reload = run('systemctl', 'daemon-reload');
  const stop = `systemctl stop ${unitName} 2>/dev/null || [ ! -e ${unitPath} ]`;
  return {
    id,
    summary: `load these rules at every boot by ${unitName}`,
    risk: 'access',
    diff: [
      // the same rules need not be read twice
      shown ? `~ ${rulesPath}: the rules above\n` : unifiedDiff(rulesPath, rules, wanted),
      unifiedDiff(unitPath, currentUnit, unitText),
      enabled ? '' : `+ enabled: ${unitName}\n`,
    ].join(''),
    do: [
      { step: 'write', path: rulesPath, mode: '0644', content: wanted },
      { step: 'write', path: unitPath, mode: '0644', content: unitText },
      reload,
      run('systemctl', 'enable', unitName),
      // loads the same rules once more; only an active unit follows a restart of nftables.service
      run('systemctl', 'start', unitName),
    ],
    undo: [
      ...(unit?.active === 'active' ? [] : [run('sh', '-c', stop)]),
      ...(enabled ? [] : [{ step: 'remove', path: wantsPath } as const]),
      restore(unitPath, currentUnit),
      restore(rulesPath, rules),
      reload,
    ],
  };
}

function nft(words: readonly string[], input: string): Step {
  return { step: 'run', argv: ['nft', ...words], input };
}

function restore(path: string, content: string | null): Step {
  return content === null ? { step: 'remove', path } : { step: 'write', path, mode: '0644', content };
}
