import type { ManualItem } from '../checklist.ts';

/** Days: a week or a month, and some for the person who signs off. */
const [week, month, quarter] = [9, 35, 97];

export const advisories: ManualItem = {
  id: 'manual.advisories',
  title: 'release notes and advisories were read: validator, chain, distribution',
  why: 'A fault that is public and not mended is the cheapest way to a key.',
  severity: 'medium',
  everyDays: week,
  source: 'CIS Ubuntu 24.04 1.2.2.1; agave docs: releases',
};

export const accessReview: ManualItem = {
  id: 'manual.access-review',
  title: 'every key in authorized_keys belongs to somebody who still needs it',
  why: 'Only people know who left. See: valops ssh keys list',
  severity: 'high',
  everyDays: month,
  source: 'OPERATIONS.md, SSH keys',
};

export const journalHead: ManualItem = {
  id: 'manual.journal-head',
  title: 'the head of the journal was written down where no host can change it',
  why: 'That the end of the journal was cut off shows only against a head kept elsewhere. See: valops journal head',
  severity: 'medium',
  everyDays: month,
  source: 'OPERATIONS.md, The journal',
};

export const keysProven: ManualItem = {
  id: 'manual.keys-proven',
  title: 'every key was proven to open every sealed identity it should',
  why: 'A key that nobody has tried is not a backup. See: valops identity verify',
  severity: 'high',
  everyDays: quarter,
  source: 'OPERATIONS.md, Identities',
};

export const consoleTried: ManualItem = {
  id: 'manual.console-tried',
  title: "the provider's console let somebody in",
  why: 'When SSH is lost the console is the only way back, and passwords and accounts of providers expire.',
  severity: 'medium',
  everyDays: quarter,
  source: 'runbooks/locked-out-of-a-host.md',
};

export const evidenceKept: ManualItem = {
  id: 'manual.evidence-kept',
  title: 'facts, logs and journal were copied off the host before it was changed',
  why: 'What is not copied now is gone after the reboot, and nobody will know how they came in.',
  severity: 'high',
  everyDays: 1,
  source: 'NIST SP 800-61',
};

export const keysDecided: ManualItem = {
  id: 'manual.keys-decided',
  title: 'for every key that was on the host it is decided: safe, or to be replaced',
  why: 'A key that others may have read is theirs as well, however clean the host is afterwards.',
  severity: 'critical',
  everyDays: 1,
  source: 'NIST SP 800-61',
};
