import type { Change, Step, Unchanged } from '../../core/change.ts';
import type { Snapshot } from '../../core/fact.ts';
import { firewallBoot } from '../../facts/firewall/boot.ts';
import { firewallUfw, type Ufw } from '../../facts/firewall/ufw.ts';
import type { UfwRule } from '../../facts/ufw-rules.ts';
import { unifiedDiff } from '../../lib/diff.ts';
import { valueOf } from '../../facts/value-of.ts';
import type { Backend } from './backend.ts';
import { isOurs, keyOf, ufwEdits, type UfwEdits } from './ufw-edits.ts';
import { ofFamily, wantedUfwRules, type WantedRule } from './ufw-wanted.ts';

const defaultsPath = '/etc/default/ufw';
/** Files in which ufw keeps its rules and state, with the modes it gives them. */
const kept = {
  [defaultsPath]: '0644',
  '/etc/ufw/ufw.conf': '0644',
  '/etc/ufw/user.rules': '0640',
  '/etc/ufw/user6.rules': '0640',
};

/** ufw (ufw(8)), by its own commands; the way back restores its files and whether it runs. */
export const ufw: Backend = {
  name: 'ufw',
  plan(ruleset, snapshot, prune) {
    const current = valueOf(snapshot, firewallUfw);
    if (current == null) return { changes: [], unchanged: [] };
    const parts = [
      planRules(current, wantedUfwRules(ruleset), prune),
      planBoot(snapshot),
      ...foreign(current, wantedUfwRules(ruleset), prune),
    ];
    return {
      changes: parts.filter((part): part is Change => 'do' in part),
      unchanged: parts.filter((part): part is Unchanged => !('do' in part)),
    };
  },
};

function planRules(current: Ufw, wanted: readonly WantedRule[], prune: boolean): Change | Unchanged {
  const id = 'firewall.ruleset';
  const edits = ufwEdits({ 4: current.rules, 6: current.rules6 }, wanted, prune);
  const before = current.files[defaultsPath] ?? '';
  const defaults = withSetting(withSetting(before, 'IPV6', 'yes'), 'DEFAULT_INPUT_POLICY', '"DROP"');
  const runs = current.active && current.enabled;
  const settled = current.ipv6 && current.defaults.input === 'drop';
  if (edits.remove.length + edits.prepend.length === 0 && settled && runs) {
    return { id, reason: 'ufw is active with the declared rules in front' };
  }
  return {
    id,
    summary: runs ? 'change the rules of ufw' : 'enable ufw with the declared rules',
    risk: 'access',
    diff: diffOf(edits, settled ? '' : unifiedDiff(defaultsPath, before, defaults), runs),
    do: [
      ...(settled ? [] : [{ step: 'write', path: defaultsPath, mode: '0644', content: defaults } as const]),
      ...edits.remove.map((rule) => run('ufw', '--force', 'delete', ...wordsOf(rule))),
      ...edits.prepend.map((rule) => run('ufw', 'prepend', ...wordsOf(rule), 'comment', rule.comment)),
      runs ? run('ufw', 'reload') : run('ufw', '--force', 'enable'),
    ],
    undo: [
      // ufw writes the files it is given back afterwards
      ...(current.active ? [] : [run('ufw', '--force', 'disable')]),
      ...Object.entries(kept).flatMap(([path, mode]): readonly Step[] => {
        const content = current.files[path];
        return content === undefined ? [] : [{ step: 'write', path, mode, content }];
      }),
      ...(current.active ? [run('ufw', 'reload')] : []),
    ],
  };
}

function planBoot(snapshot: Snapshot): Change | Unchanged {
  const id = 'firewall.boot';
  const unit = valueOf(snapshot, firewallBoot)?.units?.find(({ name }) => name === 'ufw.service');
  if (unit?.enabled === 'enabled') return { id, reason: 'ufw.service loads the rules of ufw at boot' };
  return {
    id,
    summary: 'load the rules of ufw at every boot',
    risk: 'access',
    diff: '+ enabled: ufw.service\n',
    do: [run('systemctl', 'enable', 'ufw.service')],
    undo: [run('systemctl', 'disable', 'ufw.service')],
  };
}

function foreign(current: Ufw, wanted: readonly WantedRule[], prune: boolean): readonly Unchanged[] {
  const keys = ([4, 6] as const).flatMap((family) => ofFamily(wanted, family).map(keyOf));
  const others = [...current.rules, ...current.rules6].filter(
    (rule) => !keys.includes(keyOf(rule)) && !isOurs(rule.comment),
  );
  const left = prune ? others.filter(({ route }) => route) : others;
  return left.length === 0
    ? []
    : [
        {
          id: 'firewall.foreign ufw',
          reason: `not made by valops, left alone: ${[...new Set(left.map(describe))].join('; ')}`,
        },
      ];
}

/** The words of a rule after `ufw prepend` or `ufw delete`. */
function wordsOf({ action, direction, protocol, from, fromPort, to, toPort }: WantedRule): readonly string[] {
  const [verb = '', log] = action.split('_');
  const [way = 'in', device] = direction.split('_');
  return [
    verb,
    way,
    ...(device === undefined ? [] : ['on', device]),
    ...(log === undefined ? [] : [log]),
    ...(protocol === 'any' ? [] : ['proto', protocol]),
    ...['from', from, ...(fromPort === 'any' ? [] : ['port', fromPort])],
    ...['to', to, ...(toPort === 'any' ? [] : ['port', toPort])],
  ];
}

function diffOf({ remove, prepend }: UfwEdits, defaults: string, runs: boolean): string {
  const line = (sign: string, rule: WantedRule): string => `${sign} ${wordsOf(rule).join(' ')}  # ${rule.comment}\n`;
  return [
    defaults,
    ...remove.filter((rule) => !prepend.includes(rule)).map((rule) => line('-', rule)),
    ...prepend.toReversed().map((rule) => line('+', rule)),
    runs ? '' : '+ ufw enabled\n',
  ].join('');
}

function describe(rule: UfwRule): string {
  const { action, toPort, protocol, from, to, direction, route } = rule;
  return `${route ? 'route ' : ''}${action} ${direction} ${toPort}/${protocol} to ${to} from ${from}`;
}

/** A shell variable file with one setting changed, or added at its end. */
function withSetting(text: string, name: string, value: string): string {
  const line = new RegExp(`^\\s*${name}\\s*=.*$`, 'm');
  const set = `${name}=${value}`;
  const wanted = value.replaceAll('"', '').toLowerCase();
  const current = new RegExp(`^\\s*${name}\\s*=\\s*["']?(.*?)["']?\\s*$`, 'm').exec(text)?.[1]?.toLowerCase();
  if (current === wanted) return text;
  return line.test(text) ? text.replace(line, set) : `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${set}\n`;
}

function run(...argv: [string, ...string[]]): Step {
  return { step: 'run', argv };
}
