import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host, HostRequest } from '../../src/core/host.ts';

/** A host under test, and what its surroundings can tell about it. */
export interface Subject {
  readonly host: Host;
  /** Whether processes it starts can be seen in /proc here. */
  readonly processesVisible: boolean;
  /** Tells the logins so far; a reconnection must add one. */
  readonly logins?: () => number;
  /** Port of an sshd on its loopback that lets us in, where there is a connection to go through. */
  readonly sshdPort?: number;
  /** A port of its loopback where nothing listens. */
  readonly silentPort?: number;
  readonly stop: () => Promise<void>;
}

/** A request and what every host must answer; the fake is fed from the same table. */
export interface Exchange {
  readonly title: string;
  readonly script: string;
  readonly as?: HostRequest['as'];
  readonly exitCode: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

const text = (words: string): Uint8Array => Buffer.from(words);
const none = new Uint8Array();
const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const numbers = (from: number, to: number): Buffer => {
  let all = '';
  for (let number = from; number <= to; number++) all += `${number}\n`;
  return Buffer.from(all);
};
const octal = [...everyByte].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
const filler = `: ${'x'.repeat(61)}\n`.repeat(32 * 1024);

/** What is the same on every host. */
export const exchanges: readonly Exchange[] = [
  { title: 'nothing', script: '', exitCode: 0, stdout: none, stderr: none },
  { title: 'every byte, NUL included', script: `printf '${octal}'`, exitCode: 0, stdout: everyByte, stderr: none },
  {
    title: 'no line end is added',
    script: 'printf a; printf b >&2',
    exitCode: 0,
    stdout: text('a'),
    stderr: text('b'),
  },
  {
    title: '8 MiB of output',
    script: 'seq 1 1300000 | head -c 8388608',
    exitCode: 0,
    stdout: numbers(1, 1_300_000).subarray(0, 8 * 1024 * 1024),
    stderr: none,
  },
  {
    title: 'the first 32 MiB of more output',
    script: 'head -c 34000000 /dev/zero',
    exitCode: 0,
    stdout: new Uint8Array(32 * 1024 * 1024),
    stderr: none,
  },
  {
    title: 'the last 64 KiB of standard error',
    script: 'seq 1 60000 >&2; echo out',
    exitCode: 0,
    stdout: text('out\n'),
    stderr: numbers(1, 60_000).subarray(-64 * 1024),
  },
  ...[1, 2, 97, 126, 127, 128, 143, 254, 255].map((exitCode) => ({
    title: `exit status ${exitCode}`,
    script: `echo o; echo e >&2; exit ${exitCode}`,
    exitCode,
    stdout: text('o\n'),
    stderr: text('e\n'),
  })),
  ...['TERM', 'KILL', 'SEGV'].map((signal) => ({
    title: `ended by SIG${signal}`,
    script: `echo before; kill -${signal} $$; sleep 5`,
    exitCode: null,
    stdout: text('before\n'),
    stderr: none,
  })),
  {
    title: 'a script of 2 MiB',
    script: `${filler}echo done`,
    exitCode: 0,
    stdout: text('done\n'),
    stderr: none,
  },
  {
    title: 'quotes, dollars, backslashes and a here-document',
    script: "a='$b\\'; printf '%s|%s' \"$a\" \"`echo '\"'`\"\ncat <<'EOF'\n!$x\\\nEOF\n",
    exitCode: 0,
    stdout: text('$b\\|"!$x\\\n'),
    stderr: none,
  },
  { title: 'letters beyond ASCII', script: "printf '%s' 'grün ☃'", exitCode: 0, stdout: text('grün ☃'), stderr: none },
  { title: 'standard input is at its end', script: 'cat; echo $?', exitCode: 0, stdout: text('0\n'), stderr: none },
  {
    title: 'the environment is clean',
    script: 'echo "${VALOPS_TEST_LEAK-clean} $LC_ALL $PWD $PATH $#"',
    exitCode: 0,
    stdout: text('clean C / /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin 0\n'),
    stderr: none,
  },
  {
    title: 'the script is in no argument vector',
    script: `case $(cat "/proc/$$/cmdline" "/proc/$PPID/cmdline" | tr '\\0' ' ') in
      *marker-of-this-script*) echo seen ;;
      *valops*) echo hidden ;;
    esac`,
    exitCode: 0,
    stdout: text('hidden\n'),
    stderr: none,
  },
];

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Runs the suite on what `make` makes. */
export function describeHost(name: string, make: () => Promise<Subject>): void {
  describe(`host: ${name}`, () => {
    let subject: Subject = undefined as never;
    beforeAll(async () => {
      process.env['VALOPS_TEST_LEAK'] = 'leaked';
      subject = await make();
    });
    afterAll(async () => {
      delete process.env['VALOPS_TEST_LEAK'];
      await subject?.stop();
    });
    const run = (script: string, as: HostRequest['as'] = 'user', timeout = 60_000): ReturnType<Host['run']> =>
      subject.host.run({ script, as, timeout });

    test.each(exchanges)('$title', async ({ script, as, exitCode, stdout, stderr }) => {
      const result = await run(script, as);
      expect(result.exitCode).toBe(exitCode);
      expect(result.stdout.length).toBe(stdout.length);
      expect(digest(result.stdout)).toBe(digest(stdout));
      expect(Buffer.from(result.stderr).toString()).toBe(Buffer.from(stderr).toString());
    });

    test('as root and as the login user', async () => {
      const id = async (as: HostRequest['as']): Promise<string> =>
        Buffer.from((await run('id -un', as)).stdout)
          .toString()
          .trim();
      expect(await id('user')).toBe(subject.host.login.user);
      expect(await id('root')).toBe('root');
      expect(await id('prefer-root')).toBe('root');
    });

    test('a script that hangs is ended, with what it started, and says so', async () => {
      const naps = [0, 1].map(() => `${900_000 + Math.trunc((randomBytes(4).readUInt32BE() / 2 ** 32) * 90_000)}`);
      const error: unknown = await run(`sleep ${naps[0]} & sleep ${naps[1]}`, 'user', 700).catch(
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code: 'HOST_TIMEOUT' });
      expect(String(error)).toContain(`"${subject.host.name}"`);
      expect(String(error)).toContain('command');
      const visible = subject.processesVisible ? naps : [];
      await expect.poll(() => visible.filter(isSleeping), { timeout: 5000 }).toEqual([]);
    });

    test('several scripts at once keep apart', async () => {
      const results = await Promise.all([1, 2, 3, 4, 5].map((n) => run(`echo ${n}; exit ${n}`)));
      expect(results.map(({ exitCode }) => exitCode)).toEqual([1, 2, 3, 4, 5]);
      expect(results.map(({ stdout }) => Buffer.from(stdout).toString())).toEqual(['1\n', '2\n', '3\n', '4\n', '5\n']);
    });

    test('a new connection is a new login by the same key', async () => {
      const { logins = () => 0 } = subject;
      const before = logins();
      const again = await subject.host.reconnect();
      expect(again === null).toBe(subject.logins === undefined);
      if (again === null) return;
      expect(logins()).toBe(before + 1);
      expect(again?.login).toEqual(subject.host.login);
      expect(again?.name).toBe(subject.host.name);
      expect((await again?.run({ script: 'exit 7', as: 'user', timeout: 10_000 }))?.exitCode).toBe(7);
      await again?.close();
      // the first one is another connection
      expect((await run('exit 8')).exitCode).toBe(8);
    });

    test('through the connection one can log in to its loopback, and nowhere where nothing answers', async () => {
      const { host, sshdPort, silentPort, logins = () => 0 } = subject;
      expect(host.loginThrough === undefined).toBe(sshdPort === undefined);
      if (host.loginThrough === undefined || sshdPort === undefined || silentPort === undefined) return;
      const before = logins();
      expect(await host.loginThrough(sshdPort)).toBe(true);
      const after = logins();
      expect(after).toBeGreaterThan(before);
      await expect(host.loginThrough(silentPort)).rejects.toMatchObject({
        code: 'HOST_UNREACHABLE',
        message: expect.stringContaining(`"${host.name}"`),
      });
      // what led there serves on
      expect((await run('exit 7')).exitCode).toBe(7);
    });

    test('closing twice is harmless; nothing runs afterwards on a connection', async () => {
      await subject.host.close();
      await subject.host.close();
      if (subject.host.kind === 'local') return;
      await expect(run('exit 9')).rejects.toMatchObject({ code: 'HOST_CONNECTION_LOST' });
    });
  });
}

function isSleeping(seconds: string): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        const state = /^\d+ \(.*\) (\w)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
        return state !== 'Z' && readFileSync(`/proc/${pid}/cmdline`, 'latin1') === `sleep\0${seconds}\0`;
      } catch {
        return false;
      }
    });
}
