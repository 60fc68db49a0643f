import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
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

describe('the scripts of all questions', () => {
  for (const question of questions) {
    const script = question.script(hostile);

    test(`${question.id} parses as POSIX sh, and is short enough for a command line`, () => {
      expect(Buffer.byteLength(script)).toBeLessThan(100_000);
      for (const shell of ['sh', 'dash', 'bash'].filter(has))
        expect(spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    });

    test.runIf(has('shellcheck'))(`${question.id} has no complaint of shellcheck (where it is installed)`, () => {
      // SC2119, SC2120: sshd_test takes arguments in some questions only
      const argv = ['-s', 'sh', '-S', 'info', '-e', 'SC2119,SC2120', '-f', 'gcc', '-'];
      expect(spawnSync('shellcheck', argv, { input: question.script(testLogin), encoding: 'utf8' }).stdout).toBe('');
    });
  }
});

/** Facts that may differ from one moment to the next. */
const moving =
  /^(binaries\.programs|ssh\.daemon|services\.|packages\.updates|system\.clock|ssh\.last-use|ssh\.logins|time\.|logs\.|ssh\.unit|filesystem\.mounts|listening\.)/;
const settled = ({ facts }: Snapshot, but: readonly string[]): object =>
  Object.fromEntries(Object.entries(facts).filter(([id]) => !moving.test(id) && !but.includes(id)));

/** Those that walk whole file systems: the one of a developer's machine has no end. They are asked on real hosts. */
const walking = /^(filesystem\.(setuid|capabilities|permissions|temporary-programs|programs)|custody\.plain-keys)$/;
const asked = questions.filter(({ id }) => !walking.test(id));

describe('all questions to this machine', () => {
  test('are answered in one round trip, the same twice, whatever the shell', async () => {
    const first = await gather(scriptHost(), asked, options);
    expect(Object.keys(first.facts)).toEqual(asked.map(({ id }) => id));
    expect(first.facts['system.os']).toMatchObject({ known: true });
    expect(first.facts['login.groups']).toMatchObject({ known: true });
    const shells = (['dash', 'busybox', 'bash'] as const).filter(has);
    for (const shell of shells) {
      const argv = { dash: ['dash', '-s'], busybox: ['busybox', 'sh', '-s'], bash: ['bash', '--posix', '-s'] }[shell];
      const again = await gather(scriptHost(argv as [string, ...string[]]), asked, options);
      // busybox has programs of its own in the place of files
      const own = shell === 'busybox' ? ['system.tools'] : [];
      expect(settled(again, own)).toEqual(settled(first, own));
    }
  });

  test('a login name is never a command', async () => {
    const { facts } = await gather(scriptHost(['sh', '-s'], hostile), asked, options);
    expect(facts['system.session']).toMatchObject({ known: true, value: { login: null } });
    expect(JSON.stringify(facts)).not.toContain('gid=');
  });

  test('without any tool but those of coreutils, nothing is made up', async () => {
    const host = scriptHost(['sh', '-s'], testLogin);
    const hidden =
      'command() { case $2 in ss|nft|ufw|ip|sudo|sshd|ssh|iptables|docker|dockerd|journalctl) return 1 ;; *) return 0 ;; esac; }\n';
    const blind = asked.map((question) => ({
      ...question,
      script: (login: HostLogin) => hidden + question.script(login),
    }));
    const { facts } = await gather(host, blind, options);
    for (const id of ['ssh.effective', 'ssh.files', 'ssh.host-keys', 'ssh.authorized-keys', 'ssh.version'])
      expect(facts[id]).toMatchObject({ known: false });
    const absent = ['firewall.nft', 'firewall.ufw', 'firewall.docker', 'login.sudo'].map((id) => facts[id]);
    expect(absent.filter((fact) => fact?.known === true && fact.value !== null)).toEqual([]);
  });
});
