import { knownKeys } from '../../src/config/known-keys.ts';
import { members } from '../../src/config/members.ts';
import type { Check } from '../../src/audit/check.ts';
import type { ManualItem } from '../../src/audit/checklist.ts';
import { builtInChecklists } from '../../src/audit/checklists/registry.ts';
import { checks } from '../../src/audit/checks/registry.ts';
import type { Family } from '../../src/audit/finding.ts';
import { questions } from '../../src/facts/registry.ts';
import { sectionOf } from './tables.ts';

type CheckFamily = Exclude<Family, 'own' | 'manual'>;

const families: Readonly<Record<CheckFamily, string>> = {
  ssh: 'sshd as it answers, its files, the keys it takes, and what its log says of logins.',
  firewall: 'The rules that run, those of the next boot, and every listening socket, against what is declared.',
  accounts: 'Users, groups, passwords, sudo.',
  filesystem: 'Modes and owners, setuid files and capabilities, mounts, room.',
  persistence: 'Every place from which a host runs code or grants power without being asked.',
  services: 'Units and processes of the host; confinement of those in `audit.units`.',
  kernel: 'Settings that run and those of the next boot, modules, dumps, swap.',
  packages: 'Updates, sources of packages and their keys, files that differ from their package.',
  time: 'One clock service, and a clock that is right.',
  logs: 'Whether logs are kept, bounded, private, and complain.',
  network: 'Settings of the network stack, and ports of validators that nobody else should reach.',
  validator: 'The local RPC of `audit.rpc`, and identities that run on two hosts.',
  custody: 'Where keys lie, who may read them, and keys in clear where none may be.',
  backups: 'The age of backups, copies and proofs. `VALOPS_HOME` of the host is read.',
  binaries: 'What `valops sync` installed: pins, bytes, links, and the processes that run it.',
  baseline: 'What differs from the state that was accepted: [Baseline](../OPERATIONS.md#baseline).',
  workload: 'Programs beside or instead of a validator: work trees, environments, containers, databases.',
  service: 'HTTP services of `audit.services`, asked for real. In no checklist that goes by cadence.',
  audit: 'The audit itself: whether it runs, and is delivered.',
};

/** `runbooks/audit-checks.md`, whole. */
export function checksDocument(): string {
  const named = Object.keys(families).filter((family) => checks.some((check) => familyOf(check) === family));
  const items = new Map(builtInChecklists.flatMap(({ manual }) => manual.map((item) => [item.id, item])));
  return `# Checks of the audits

Every check there is, as the program has it: made by \`npx vitest run test/docs/generated.test.ts -u\`, compared by the tests.
\`valops audit explain ID\` tells why, what each profile wants, which facts it needs, and what to do.
How audits are run is in [OPERATIONS.md](../OPERATIONS.md#audits).

A checklist with a cadence holds the checks of that cadence and of the shorter ones; \`pre-deployment\` holds those of all
three. *When named* is in none of these: only in a checklist that names it. ${checks.length} checks, ${items.size} manual items.

${named.map((family) => `- [${family}](#${family})`).join('\n')}
- [manual items](#manual-items)

${Object.entries(families)
  .filter(([family]) => named.includes(family))
  .map(
    ([family, what]) =>
      `## ${family}\n\n${what}\n\n| check | severity | cadence | passes when |\n| --- | --- | --- | --- |\n${checks
        .filter((check) => familyOf(check) === family)
        .map(checkRow)
        .join('')}`,
  )
  .join('\n')}
## manual items

Signed off with \`valops audit attest\`.

| item | severity | every | checklists | what |
| --- | --- | --- | --- | --- |
${[...items.values()].map(itemRow).join('')}`;
}

/** OPERATIONS.md with its tables of facts, of members of valops.yaml and of checklists as the program has them. */
export function withGeneratedTables(text: string): string {
  const facts = questions.map(({ id, title, privileged }) => row([code(id), title, privileged ? 'yes' : 'no']));
  const words = memberPaths()
    .filter((path) => members[path] !== undefined)
    .map((path) => row([code(path), members[path] ?? '']));
  const lists = builtInChecklists.map(({ name, cadence, title }) => row([code(name), cadence ?? 'on occasion', title]));
  return [
    ['## Facts', '| fact |', facts] as const,
    ['### valops.yaml', '| member |', words] as const,
    ['### Checklists', '| checklist |', lists] as const,
  ].reduce((whole, [heading, head, rows]) => withRows(whole, heading, head, rows), text);
}

/** Paths of all members of `valops.yaml` that the table has, in the order of the schema. */
export function memberPaths(): readonly string[] {
  return knownKeys([]).flatMap((key) => {
    const many = key === 'hosts' || key === 'binaries';
    return knownKeys(many ? [key, 'a'] : [key]).map((below) => `${key}${many ? '.NAME' : ''}.${below}`);
  });
}

function familyOf({ id }: Check): string {
  return id.slice(0, id.indexOf('.'));
}

function checkRow({ id, severity, cadence, onlyNamed, title }: Check): string {
  return row([code(id), severity, onlyNamed === true ? 'when named' : cadence, title]);
}

function itemRow({ id, severity, everyDays, title }: ManualItem): string {
  const lists = builtInChecklists.filter(({ manual }) => manual.some((one) => one.id === id)).map(({ name }) => name);
  return row([code(id), severity, everyDays === 1 ? 'day' : `${everyDays} days`, lists.join(', '), title]);
}

function code(word: string): string {
  return `\`${word}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** The text with these rows in the one table of a section whose heading line begins so. */
function withRows(text: string, heading: string, head: string, rows: readonly string[]): string {
  const section = sectionOf(text, heading);
  const table = section
    .slice(section.indexOf(`\n${head}`) + 1)
    .match(/^(?:\|.*\n)+/)?.[0]
    .split('\n');
  if (table === undefined) throw new Error(`no table in "${heading}"`);
  return text.replace(table.join('\n'), () => `${table.slice(0, 2).join('\n')}\n${rows.join('')}`);
}
