import type { Define } from './command.ts';

/** A top-level command. Its declaration is loaded only when it is the one that was called. */
export interface Noun {
  readonly name: string;
  readonly summary: string;
  /** Left out of `--help`: called by machines only. */
  readonly hidden?: true;
  load(): Promise<Define>;
}

/** In the order of `valops --help`. */
export const nouns: readonly Noun[] = [
  {
    name: 'rehearse',
    summary: 'perform the whole key ceremony with throw-away keys, in memory',
    load: async () => (await import('./commands/rehearse.ts')).defineRehearse,
  },
  {
    name: 'ceremony',
    summary: 'hold the key ceremony: two people, step by step, with a transcript',
    load: async () => (await import('./commands/ceremony.ts')).defineCeremony,
  },
  {
    name: 'keys',
    summary: "this machine's or operator's age keys",
    load: async () => (await import('./commands/keys.ts')).defineKeys,
  },
  {
    name: 'identity',
    summary: 'generate, inspect, verify and restore validator identities',
    load: async () => (await import('./commands/identity.ts')).defineIdentity,
  },
  {
    name: 'encrypt',
    summary: 'seal a file to recipients or a passphrase, as age does',
    load: async () => (await import('./commands/encrypt.ts')).defineEncrypt,
  },
  {
    name: 'decrypt',
    summary: 'open a sealed file, as age does',
    load: async () => (await import('./commands/decrypt.ts')).defineDecrypt,
  },
  {
    name: 'backup',
    summary: 'back up identities and configuration, verify, restore, drill and prune',
    load: async () => (await import('./commands/backup.ts')).defineBackup,
  },
  {
    name: 'reseal',
    summary: 'give sealed files other recipients, all of them or none',
    load: async () => (await import('./commands/reseal.ts')).defineReseal,
  },
  {
    name: 'inspect',
    summary: 'tell what a sealed file is, without a key',
    load: async () => (await import('./commands/inspect.ts')).defineInspect,
  },
  {
    name: 'firewall',
    summary: 'plan, apply, check and explain what a host lets in',
    load: async () => (await import('./commands/firewall.ts')).defineFirewall,
  },
  {
    name: 'ssh',
    summary: 'harden sshd without locking anybody out, check it, keep its keys in order',
    load: async () => (await import('./commands/ssh.ts')).defineSsh,
  },
  {
    name: 'harden',
    summary: 'firewall and SSH of a host as one change',
    load: async () => (await import('./commands/harden.ts')).defineHarden,
  },
  {
    name: 'confirm',
    summary: 'keep a change on a host that awaits its confirmation; from a login made after it',
    load: async () => (await import('./commands/confirm.ts')).defineConfirm,
  },
  {
    name: 'rollback',
    summary: 'undo a change on a host that is not confirmed, now',
    load: async () => (await import('./commands/rollback.ts')).defineRollback,
  },
  {
    name: 'guard',
    summary: "a host's dead-man's switch: is a change awaiting confirmation, how did the last one end",
    load: async () => (await import('./commands/guard.ts')).defineGuard,
  },
  {
    name: 'sync',
    summary: 'pinned binaries: prove, install, switch, roll back, carry to hosts without a network',
    load: async () => (await import('./commands/sync.ts')).defineSync,
  },
  {
    name: 'facts',
    summary: 'ask hosts what they are and how they are set up; changes nothing',
    load: async () => (await import('./commands/facts.ts')).defineFacts,
  },
  {
    name: 'config',
    summary: 'check valops.yaml, and print its schema for editors',
    load: async () => (await import('./commands/config.ts')).defineConfig,
  },
  {
    name: 'audit',
    summary: 'judge hosts by checklists, keep the reports, sign off what only people can look at',
    load: async () => (await import('./commands/audit.ts')).defineAudit,
  },
  {
    name: 'journal',
    summary: 'show and verify the record of what was done with keys',
    load: async () => (await import('./commands/journal.ts')).defineJournal,
  },
  {
    name: 'completion',
    summary: 'print the completion script for bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).defineCompletion,
  },
  {
    name: 'complete',
    summary: 'answer one completion request of a shell',
    hidden: true,
    load: async () => (await import('./commands/completion.ts')).defineComplete,
  },
];
