import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact, HostLogin, Snapshot } from '../../src/core/fact.ts';
import type { SshdFiles } from '../../src/facts/ssh/files.ts';
import { readSshdConfig } from '../../src/facts/sshd-config.ts';
import { questions } from '../../src/facts/registry.ts';
import type { SshDeclared } from '../../src/policy/ssh/policy.ts';
import { sshQuestions } from '../../src/ssh/state.ts';

/** A host to be planned for: a stock Debian 12 (facts of a real one), and how this one differs. */
export interface SshCase {
  /** What it is about, for people. */
  readonly about: string;
  readonly profile?: string;
  readonly declared?: Partial<SshDeclared>;
  readonly login?: Partial<HostLogin>;
  /** Effective settings that differ, for every connection, and only for the login in use. */
  readonly effective?: Readonly<Record<string, readonly string[]>>;
  readonly forLogin?: Readonly<Record<string, readonly string[]>>;
  /** Files instead of those of Debian, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whole facts, by id: a value, `{"unknown": reason}`, or `{"like": name}` of a case of that fact. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly expect: SshExpectation;
}

/** What the plan must hold. Left out: not looked at, but refusals, which are then none. */
export interface SshExpectation {
  readonly changes?: readonly string[];
  readonly refusals?: readonly string[];
  /** Lines of the diffs, each as the beginning of one. */
  readonly diff?: readonly string[];
  /** Lines of the drop-in. */
  readonly dropIn?: readonly string[];
  readonly notInDropIn?: readonly string[];
  /** Beginnings of files that are written, by path. */
  readonly writes?: Readonly<Record<string, string>>;
}

/** The key which ops and root of the stock host are authorised by. */
export const stockKey = 'SHA256:0Ll/c9wVSQgD1Fw2ydbbSC27Ndd3yhyAT1/MHmVLIq0';

/** The login of the cases: ops, who may use sudo, from another host. */
export const stockLogin: HostLogin = {
  user: 'ops',
  from: '203.0.113.7',
  to: { address: '192.0.2.10', port: 22 },
  keyFingerprint: stockKey,
};

/** The value of a fact as a stock Debian 12 answered. */
export function stockFact(id: string, name = 'debian-12-stock'): unknown {
  const path = join(import.meta.dirname, '../facts', id.replace('.', '/'), `${name}.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { value: unknown }).value;
}

/** Reads files as the fact does; Include patterns with `*` expand over the given files. */
export function sshFilesOf(texts: Readonly<Record<string, string>>): SshdFiles {
  const main = '/etc/ssh/sshd_config';
  const paths = Object.keys(texts).toSorted();
  const directives = readSshdConfig(main, {
    text: (path) => texts[path],
    expand: (pattern) => {
      const absolute = pattern.startsWith('/') ? pattern : `/etc/ssh/${pattern}`;
      const source = absolute.replaceAll('.', '\\.').replaceAll('*', '[^/]*');
      return paths.filter((path) => new RegExp(`^${source}$`).test(path));
    },
  });
  const metadata = { mode: '0600', owner: 'root', group: 'root', type: 'file' } as const;
  return { main, directives, files: paths.map((path) => ({ path, ...metadata, text: texts[path] ?? '' })) };
}

/** The snapshot of a case. */
export function snapshotOf(one: Omit<SshCase, 'expect' | 'about'>): Snapshot {
  const login = { ...stockLogin, ...one.login };
  const settings = { ...(stockFact('ssh.effective') as Record<string, readonly string[]>), ...one.effective };
  const connection = { user: login.user, host: '203.0.113.7', addr: '203.0.113.7', laddr: '192.0.2.10', lport: '22' };
  const asOps = { uid: 0, login: { name: 'ops', uid: 1000, groups: ['ops', 'sudo'] }, root: 'sudo' };
  const asRoot = { uid: 0, login: { name: 'root', uid: 0, groups: ['root'] }, root: 'login' };
  const values: Record<string, unknown> = {
    'ssh.effective': settings,
    'ssh.effective-for-login': { connection, settings: { ...settings, ...one.forLogin } },
    'ssh.effective-for-root': { connection: { ...connection, user: 'root' }, settings },
    'system.session': login.user === 'root' ? asRoot : asOps,
    ...(one.files === undefined ? {} : { 'ssh.files': sshFilesOf(one.files) }),
    ...one.facts,
  };
  const asked = questions.filter(({ id }) => sshQuestions.some((question) => question.id === id));
  const facts = asked.map(({ id }): [string, Fact<unknown>] => {
    const given = id in values ? values[id] : stockFact(id);
    const like = typeof given === 'object' && given !== null && 'like' in given ? String(given.like) : undefined;
    const value = like === undefined ? given : stockFact(id, like);
    const unknown =
      typeof value === 'object' && value !== null && 'unknown' in value ? String(value.unknown) : undefined;
    return [id, unknown === undefined ? { known: true, value } : { known: false, reason: unknown }];
  });
  return {
    name: 'val-1',
    gatheredAt: '2026-01-02T03:04:05.000Z',
    roundTrips: 1,
    login,
    facts: Object.fromEntries(facts),
  };
}
