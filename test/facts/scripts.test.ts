import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostLogin, Snapshot } from '../../src/core/fact.ts';
import { gather } from '../../src/core/gather.ts';
import { questions } from '../../src/facts/registry.ts';
import { scriptHost, testLogin } from '../support/script-host.ts';

const has = (program: string): boolean => spawnSync(program, ['--help']).error === undefined;
const options = {
  clock: { now: () => new Date(0), monotonic: () => 0 },
  randomBytes: (length: number) => new Uint8Array(randomBytes(length)),
};
const hostile: HostLogin = {
  user: `x'; echo "$(id)" >&2; y='`,
  from: '2001:db8::1',
  to: { address: '192.0.2.1', port: 2222 },
  keyFingerprint: undefined,
};

// one process for all of them: a process each is what this would cost
describe('the scripts of all questions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'valops-scripts-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  for (const [name, login] of [
    ['usual', testLogin],
    ['hostile', hostile],
  ] as const) {
    mkdirSync(join(folder, name));
    for (const question of questions) writeFileSync(join(folder, name, question.id), question.script(login));
  }

  test('are short enough for a command line', () => {
    const long = questions.filter((question) => Buffer.byteLength(question.script(hostile)) >= 100_000);
    expect(long.map(({ id }) => id)).toEqual([]);
  });

  test.each(['sh', 'dash', 'bash'].filter(has))('parse as POSIX sh, says %s', (shell) => {
    const each = 'cd "$1" && for file in *; do "$0" -n "$file" || echo "$file"; done';
    expect(spawnSync('sh', ['-c', each, shell, join(folder, 'hostile')], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });

  test.runIf(has('shellcheck'))('have no complaint of shellcheck (where it is installed)', () => {
    // SC2119, SC2120: sshd_test takes arguments in some questions only
    const argv = ['-s', 'sh', '-S', 'info', '-e', 'SC2119,SC2120', '-f', 'gcc', '--', ...questions.map(({ id }) => id)];
    const checked = spawnSync('shellcheck', argv, { cwd: join(folder, 'usual'), encoding: 'utf8' });
    expect(checked).toMatchObject({ stdout: '', stderr: '', status: 0 });
  });
});

/** Facts that may differ from one moment to the next. */
const moving =
  /^(binaries\.programs|ssh\.daemon|services\.|packages\.updates|system\.clock|ssh\.last-use|ssh\.logins|time\.|logs\.|ssh\.unit|filesystem\.mounts|listening\.)/;
const settled = ({ facts }: Snapshot, but: readonly string[]): object =>
  Object.fromEntries(Object.entries(facts).filter(([id]) => !moving.test(id) && !but.includes(id)));

/** Those that walk whole file systems: the one of a developer's machine has no end. They are asked on real hosts. */
const walking = /^(filesystem\.(setuid|capabilities|permissions|temporary-programs|programs)|custody\.plain-keys)$/;
const asked = questions.filter(({ id }) => !walking.test(id));

/** Milliseconds for all of them on a machine that has other work: some 4 s of CPU. */
const patience = 180_000;

describe('all questions to this machine', () => {
  let first: Snapshot;
  beforeAll(async () => {
    first = await gather(scriptHost(['sh', '-s'], hostile), asked, options);
  }, patience);

  test('are answered in one round trip; a login name is never a command', () => {
    expect(Object.keys(first.facts)).toEqual(asked.map(({ id }) => id));
    expect(first.facts['system.os']).toMatchObject({ known: true });
    expect(first.facts['login.groups']).toMatchObject({ known: true });
    expect(first.facts['system.session']).toMatchObject({ known: true, value: { login: null } });
    expect(JSON.stringify(first.facts)).not.toContain('gid=');
  });

  test.each((['busybox', 'bash'] as const).filter(has))(
    'are answered the same by %s',
    async (shell) => {
      const argv = { busybox: ['busybox', 'sh', '-s'], bash: ['bash', '--posix', '-s'] }[shell];
      const again = await gather(scriptHost(argv as [string, ...string[]], hostile), asked, options);
      // busybox has programs of its own in the place of files, and its ip tells less: that is unknown
      const own = shell === 'busybox' ? ['system.tools', 'network.links'] : [];
      expect(settled(again, own)).toEqual(settled(first, own));
    },
    patience,
  );

  test('without any tool but those of coreutils, nothing is made up', async () => {
    const host = scriptHost(['sh', '-s'], testLogin);
    const hidden =
      'command() { case $2 in ss|nft|ufw|ip|sudo|sshd|ssh|iptables|docker|dockerd|journalctl) return 1 ;; *) return 0 ;; esac; }\n';
    const blind = asked
      .filter(({ id }) => /^(ssh|firewall|login)\./.test(id))
      .map((question) => ({ ...question, script: (login: HostLogin) => hidden + question.script(login) }));
    const { facts } = await gather(host, blind, options);
    for (const id of ['ssh.effective', 'ssh.files', 'ssh.host-keys', 'ssh.authorized-keys', 'ssh.version'])
      expect(facts[id]).toMatchObject({ known: false });
    const absent = ['firewall.nft', 'firewall.ufw', 'firewall.docker', 'login.sudo'].map((id) => facts[id]);
    expect(absent.filter((fact) => fact?.known === true && fact.value !== null)).toEqual([]);
  });
});
