import type { Checklist } from '../../src/audit/checklist.ts';
import { builtInChecklists } from '../../src/audit/checklists/registry.ts';
import { checks } from '../../src/audit/checks/registry.ts';

/** The checklists that answer the document of a system. */
export const systemChecklists: readonly Checklist[] = builtInChecklists.filter(({ covers }) => covers !== undefined);

/**
 * What a guide for operators of validators demands that this program descends from, and what does it here: commands,
 * checks and chapters. Paths are relative to `runbooks`.
 */
export const validatorGuide: readonly { readonly line: string; readonly by: readonly string[] }[] = [
  {
    line: 'identities are made offline, by a verified program',
    by: ['valops ceremony', 'valops identity generate', '[IDENTITY-GENERATION.md](../IDENTITY-GENERATION.md)'],
  },
  {
    line: 'an identity leaves the offline machine sealed only',
    by: ['valops identity generate', 'valops encrypt'],
  },
  { line: 'what was temporary is wiped', by: ['valops ceremony', '`custody.no-plain-validator-keys`'] },
  {
    line: 'age keys are kept like the keys of an authority: shares, trustees, hardware',
    by: ['valops keys escrow split', 'valops keys init', '`custody.age-key-modes`'],
  },
  { line: 'one age key for each environment', by: ['valops keys init', 'valops keys list'] },
  {
    line: 'use of age keys is recorded and reviewed',
    by: ['valops journal show', '`custody.key-use`', '`custody.journal-whole`'],
  },
  { line: 'age keys rotate', by: ['valops keys rotate', 'valops reseal', '[rotate an age key](rotate-an-age-key.md)'] },
  {
    line: 'only the ports of the network are open; RPC is local',
    by: ['valops firewall', '`network.rpc-not-exposed`', '`network.control-ports-not-exposed`'],
  },
  { line: 'SSH by keys, no passwords', by: ['valops ssh', '`ssh.no-passwords`'] },
  {
    line: 'SSH keys rotate each quarter',
    by: ['valops ssh keys rotate', '[rotate an SSH key](rotate-an-ssh-key.md)', '`manual.access-review`'],
  },
  {
    line: 'programs come from official releases, pinned and with verified signatures',
    by: ['valops sync', 'valops sync pin', '`binaries.*`'],
  },
  { line: 'updates are planned', by: ['valops sync', '[update a binary](update-a-binary.md)', '`packages.*`'] },
  {
    line: 'logs and restarts are watched',
    by: ['`services.few-restarts`', '`logs.*`', 'valops audit schedule install'],
  },
  { line: 'metrics tell nothing to strangers', by: ['`network.metrics-not-exposed`'] },
  {
    line: 'weekly: who logged in, is the firewall as it was, are there security updates',
    by: ['valops audit run weekly', '`ssh.*`', '`firewall.*`', '`packages.*`'],
  },
  {
    line: 'monthly: backup and recovery tried, use of age keys and changes of configuration reviewed',
    by: ['valops audit run monthly', 'valops backup drill', '`baseline.*`'],
  },
  {
    line: 'quarterly: recovery from disaster, and the surroundings of the host',
    by: ['valops audit run quarterly', '`manual.keys-proven`', '`manual.console-tried`'],
  },
  {
    line: 'backups of identities are verified',
    by: ['valops backup verify', '`backups.*`', '[restore a backup](restore-a-backup.md)'],
  },
  {
    line: 'an incident: isolate, assess, preserve, tell',
    by: ['valops audit run incident', '`manual.evidence-kept`', '`manual.keys-decided`'],
  },
  {
    line: 'a host is built anew from a backup; a lost age key is replaced',
    by: ['valops backup restore', 'valops identity restore', 'valops keys rotate'],
  },
];

/** `runbooks/system-checklists.md`, whole. */
export function systemChecklistsDocument(): string {
  return `# Checklists for systems

What the documents of some systems demand, in our own words, and what looks at it. Made from the program by
\`npx vitest run test/docs/system-checklists.test.ts -u\`, compared by the tests. Checks are in
[audit-checks.md](audit-checks.md); \`manual.…\` are signed off by a person with \`valops audit attest\`.

${systemChecklists.map((one) => section(one)).join('\n')}
## A guide for validators

What this program's own ancestor asked of operators, and what does it here.

| demand | by |
| --- | --- |
${validatorGuide.map(({ line, by }) => `| ${line} | ${by.map((one) => (one.startsWith('valops ') ? `\`${one}\`` : one)).join(', ')} |\n`).join('')}`;
}

function section({ name, title, covers = [] }: Checklist): string {
  return `## ${name}

\`valops audit run ${name}\`: ${title}.

| demand | by |
| --- | --- |
${covers.map(({ line, by }) => `| ${line} | ${by.map((id) => `\`${id}\``).join(', ')} |\n`).join('')}`;
}

/** Ids of checks and items in backticks of a table cell: single ones, and families. */
export function namesNothing(word: string): boolean {
  const id = /^`([a-z]+\.[a-z0-9*-]+)`$/.exec(word)?.[1];
  if (id === undefined) return false;
  const ids = [
    ...checks.map((check): string => check.id),
    ...builtInChecklists.flatMap(({ manual }) => manual.map((item): string => item.id)),
  ];
  return id.endsWith('.*') ? !ids.some((one) => one.startsWith(id.slice(0, -1))) : !ids.includes(id);
}
