import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scryptSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/core/context.ts';
import type { KindOptions, PublicIdentity } from '../../../src/identity/kind.ts';
import { command, generateByCommand } from '../../../src/identity/kinds/command.ts';
import { fixedBytes, makeContext } from '../../support/context.ts';
import { bytesOf, refusalOf, placeAndCollect, utf8 } from '../../support/kinds.ts';

const secret = '4f0e6b1c2d3a495867768594a3b2c1d0e1f20314253647586978899aabbccdde';
const peer = '16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY';
const patterns = { secretPattern: 'secret: ([0-9a-f]{64})', publicPattern: 'peer id: (\\S+)' };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'valops-test-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An executable shell script; answers its path. */
function script(body: string): string {
  const path = join(folder, 'generator');
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
}

const both = `echo "secret: ${secret}"\necho "peer id: ${peer}"`;

/** Runs `generate` and asserts that no memory directory is left, whatever the outcome. */
async function generate(options: KindOptions, timeout = 20_000, doors: Partial<Context> = {}) {
  const made = makeContext(doors);
  try {
    return { ...(await generateByCommand(made.context, options, timeout)), made };
  } finally {
    for (const path of made.memoryDirectories) expect(existsSync(path)).toBe(false);
  }
}

/** The real process door of a machine on which unshare is not installed. */
function withoutUnshare(): Context['processes'] {
  const { processes } = makeContext().context;
  return { ...processes, find: (name) => (name === 'unshare' ? null : processes.find(name)) };
}

describe('command captures', () => {
  test.each([
    ['standard output', both],
    ['standard error', `{ ${both.replace('\n', ';')}; } >&2`],
    ['one of each', `echo "secret: ${secret}" >&2\necho "peer id: ${peer}"`],
    ['the same text more than once', `${both}\n${both}\n{ ${both.replace('\n', ';')}; } >&2`],
    ['lines between others', `echo starting\n${both}\nprintf 'no line end'`],
  ])('from %s', async (_name, body) => {
    const { payload, identity, made } = await generate({ generator: script(body), ...patterns });
    expect(payload.useText((text) => text)).toBe(secret);
    expect(identity.publicId).toBe(peer);
    expect(identity.publicKey).toBe('');
    expect(made.memoryDirectories).toHaveLength(1);
    expect(command.derive(bytesOf(payload), identity)).toEqual(identity);
  });

  test('without a public pattern the public id is the head of the digest', async () => {
    const { payload, identity } = await generate({ generator: script(both), secretPattern: patterns.secretPattern });
    expect(identity.extra).toMatchObject({ check: { digest: expect.stringContaining(identity.publicId.slice(6)) } });
    expect(identity.publicId).toMatch(/^check-[0-9a-f]{32}$/);
    expect(command.derive(bytesOf(payload), identity)).toEqual(identity);
  });

  test('the check value is scrypt of the payload under salt and public id', async () => {
    const salt = Buffer.alloc(16, 7);
    const doors = { randomBytes: fixedBytes(salt) };
    const { identity } = await generate({ generator: script(both), ...patterns }, undefined, doors);
    const bound = Buffer.concat([salt, Buffer.from(peer)]);
    const digest = scryptSync(secret, bound, 32, { N: 32768, r: 8, p: 1, maxmem: 2 ** 26 }).toString('hex');
    expect(identity.extra).toEqual({ check: { algorithm: 'scrypt', logN: 15, salt: salt.toString('hex'), digest } });
  });

  test('patterns see lines, and text beyond ASCII', async () => {
    const generator = script(`echo 'x schlüssel=ä€😀'\necho 'schlüssel=ä€😀'`);
    const { payload } = await generate({ generator, secretPattern: '^schlüssel=(.+)$' });
    expect(payload.useText((text) => text)).toBe('ä€😀');
  });
});

describe('command runs the generator', () => {
  test('with a memory directory for {dir}, HOME, TMPDIR and working directory, and nothing inherited', async () => {
    const out = join(folder, 'seen');
    const generator = script(
      `{ pwd; env; for word; do echo "word=$word"; done; } >${out}\necho key >"$1/data.key"\n${both}`,
    );
    const line = `${generator} {dir} --data={dir}/sub 'two words' "{dir}{dir}"`;
    const { made } = await generate({ generator: line, ...patterns });
    const [path = ''] = made.memoryDirectories;
    const seen = readFileSync(out, 'utf8').split('\n');
    expect(seen[0]).toBe(path);
    expect(seen).toContain(`HOME=${path}`);
    expect(seen).toContain(`TMPDIR=${path}`);
    expect(seen).toContain('LANG=C.UTF-8');
    const names = seen.flatMap((text) => /^([A-Z_]+)=/.exec(text)?.[1] ?? []);
    // What sh sets by itself aside.
    expect(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)).sort()).toEqual([
      'HOME',
      'LANG',
      'PATH',
      'TMPDIR',
    ]);
    expect(seen.filter((text) => text.startsWith('word='))).toEqual([
      `word=${path}`,
      `word=--data=${path}/sub`,
      'word=two words',
      `word=${path}${path}`,
    ]);
  });

  test('found in PATH by its name', async () => {
    const { payload } = await generate({ generator: `printf 'secret: %s' ${secret}`, secretPattern: 'secret: (.*)' });
    expect(payload.useText((text) => text)).toBe(secret);
  });

  test('with standard input closed', async () => {
    const generator = script(`cat; ${both.replace('\n', ';')}`);
    const { identity } = await generate({ generator, ...patterns });
    expect(identity.publicId).toBe(peer);
  });

  test('the words of the command never reach a shell', async () => {
    const witness = join(folder, 'witness');
    const generator = script(`printf 'word %s;' "$@"\n${both}`);
    await generate({ generator: `${generator} $(touch ${witness}) ; touch ${witness}`, ...patterns });
    expect(existsSync(witness)).toBe(false);
  });

  test('and warns when no namespace without network is to be had', async () => {
    const doors = { processes: withoutUnshare() };
    const { identity, made } = await generate({ generator: script(both), ...patterns }, 20_000, doors);
    expect(identity.publicId).toBe(peer);
    expect(made.events).toMatchObject([{ kind: 'warning', message: expect.stringContaining('network') }]);
  });
});

/** Whether this machine lets a process make the namespaces the generator is to run in. */
function hasNamespaces(): boolean {
  const tail = ['--net', '--pid', '--fork', '--kill-child', '--', 'true'];
  return [tail, ['--user', '--map-root-user', ...tail]].some((args) => {
    try {
      execFileSync('unshare', args, { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

describe.runIf(hasNamespaces())('command isolates the generator (needs unshare and namespaces)', () => {
  test('from the network: not even the loopback of this machine answers', async () => {
    const server = createServer((socket) => socket.end('reached'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const program = join(folder, 'generator.mjs');
      writeFileSync(
        program,
        `import net from 'node:net'; const say = (t) => { console.log('net: ' + t); console.log('secret: ${secret}'); };
         const s = net.connect(${port}, '127.0.0.1'); s.on('data', (d) => say(String(d))); s.on('error', (e) => say(e.code));`,
      );
      const generator = `${process.execPath} ${program}`;
      const { identity, made } = await generate({
        generator,
        secretPattern: patterns.secretPattern,
        publicPattern: 'net: (\\S+)',
      });
      expect(identity.publicId).not.toBe('reached');
      expect(identity.publicId).toMatch(/^E[A-Z]+$/);
      expect(made.events).toEqual([]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('from time: no process outlives it', async () => {
    // Its own session: a kill of the process group alone would miss it.
    const generator = script(`setsid sh -c 'exec sleep 300.${process.pid}' >/dev/null 2>&1 &\n${both}`);
    await generate({ generator, ...patterns });
    await expect.poll(() => runningWith(`300.${process.pid}`)).toEqual([]);
  });
});

/** Ids of the processes that have `word` among their arguments. */
function runningWith(word: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes(word);
    } catch {
      return false;
    }
  });
}

describe('command fails with IDENTITY_GENERATOR_FAILED, repeating nothing that was printed', () => {
  const other = secret.replace(/^4/, '5');

  test.each<[string, string, KindOptions]>([
    ['exit 3', `${both}\nexit 3`, patterns],
    ['nothing printed', 'true', patterns],
    ['no secret', `echo "peer id: ${peer}"`, patterns],
    ['no public id', `echo "secret: ${secret}"`, patterns],
    ['two secrets', `${both}\necho "secret: ${other}"`, patterns],
    ['two secrets, one on each stream', `${both}\necho "secret: ${other}" >&2`, patterns],
    ['two public ids', `${both}\necho "peer id: ${peer}x"`, patterns],
    ['an empty secret', `echo "secret: "`, { secretPattern: 'secret: ([0-9a-f]*)' }],
    ['a group that took no part', both, { secretPattern: 'secret|(never)' }],
    ['bytes that are not UTF-8', `printf 'secret: \\377${secret}'`, { secretPattern: 'secret: (.*)' }],
    [
      'a secret of 65537 characters',
      `printf 'secret: '; head -c 65537 /dev/zero | tr '\\0' 'a'`,
      { secretPattern: 'secret: (.*)' },
    ],
    ['a public pattern that captures the secret', both, { ...patterns, publicPattern: '([0-9a-f]{64})' }],
    ['a public id of two words', both, { ...patterns, publicPattern: '(peer id)' }],
  ])('%s', async (_name, body, options) => {
    const seen = [secret, other, peer];
    expect(await refusalOf(() => generate({ generator: script(body), ...options }), seen)).toHaveProperty(
      'code',
      'IDENTITY_GENERATOR_FAILED',
    );
  });

  test('a generator that hangs after printing is killed, with what it started', async () => {
    const mark = `301.${process.pid}`;
    const generator = script(`${both}\nsleep ${mark} &\nsleep ${mark}`);
    const error = await refusalOf(() => generate({ generator, ...patterns }, 1000), [secret]);
    expect(error.code).toBe('IDENTITY_GENERATOR_FAILED');
    expect(error.message).toContain('did not end within 1 s');
    expect(error.message).toMatch(/after printing \d+ and 0 bytes/);
    await expect.poll(() => runningWith(mark)).toEqual([]);
  });

  test('a generator that a signal ends says which', async () => {
    // Without namespaces: the first process of one is immune to its own signals.
    const doors = { processes: withoutUnshare() };
    const generator = script(`${both}\nkill -9 $$`);
    const work = () => generate({ generator, ...patterns }, 20_000, doors);
    const error = await refusalOf(work, [secret]);
    expect(error.code).toBe('IDENTITY_GENERATOR_FAILED');
    expect(error.message).toContain('ended with SIGKILL');
  });

  test('a failing exit says its status and how much it printed', async () => {
    const generator = script(`printf 12345\nprintf ${secret} >&2\nexit 7`);
    const error = await refusalOf(() => generate({ generator, ...patterns }), [secret]);
    expect(error.code).toBe('IDENTITY_GENERATOR_FAILED');
    expect(error.message).toContain('status 7 after printing 5 and 64 bytes');
  });

  test('a program that is not there is PROCESS_MISSING, before anything is made', async () => {
    for (const generator of [join(folder, 'absent'), 'valops-test-no-such-program', '""']) {
      expect(await refusalOf(() => generate({ generator, ...patterns }))).toHaveProperty('code', 'PROCESS_MISSING');
    }
  });
});

describe('command options', () => {
  test.each<[string, KindOptions]>([
    ['no generator', patterns],
    ['an empty generator', { generator: '', ...patterns }],
    ['a blank generator', { generator: '  ', ...patterns }],
    ['an open quote', { generator: "echo 'x", ...patterns }],
    ['no secret pattern', { generator: 'echo' }],
    ['a broken secret pattern', { generator: 'echo', secretPattern: '([0-9' }],
    ['a secret pattern without a group', { generator: 'echo', secretPattern: '[0-9]+' }],
    ['a secret pattern with a group that captures nothing', { generator: 'echo', secretPattern: '(?:[0-9]+)' }],
    ['a broken public pattern', { generator: 'echo', secretPattern: '(x)', publicPattern: '*' }],
    ['a public pattern without a group', { generator: 'echo', secretPattern: '(x)', publicPattern: 'x' }],
  ])('refuses %s', async (_name, options) => {
    expect(await refusalOf(() => command.generate(makeContext().context, options))).toHaveProperty('code', 'USAGE');
  });
});

describe('command payload', () => {
  const salt = '000102030405060708090a0b0c0d0e0f';

  function cardOf(publicId: string, changes: Record<string, string | number> = {}): PublicIdentity {
    const bound = Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(publicId)]);
    const digest = scryptSync(secret, bound, 32, { N: 32768, r: 8, p: 1, maxmem: 2 ** 26 }).toString('hex');
    return { publicId, publicKey: '', extra: { check: { algorithm: 'scrypt', logN: 15, salt, digest, ...changes } } };
  }

  test('agrees with its card', () => {
    expect(command.derive(utf8(secret), cardOf(peer))).toEqual(cardOf(peer));
  });

  test('needs the card', async () => {
    expect(await refusalOf(() => command.derive(utf8(secret)), [secret])).toHaveProperty(
      'code',
      'IDENTITY_PAYLOAD_INVALID',
    );
  });

  test.each<[string, string, PublicIdentity]>([
    ['another payload', secret.replace(/e$/, 'f'), cardOf(peer)],
    ['a line end', `${secret}\n`, cardOf(peer)],
    ['an empty payload', '', cardOf(peer)],
    ['another public id on the card', secret, { ...cardOf(peer), publicId: `${peer}x` }],
    ['an own id that is not of this digest', secret, { ...cardOf(''), publicId: `check-${'0'.repeat(32)}` }],
    ['a public key on the card', secret, { ...cardOf(peer), publicKey: '00' }],
    ['no check value', secret, { publicId: peer, publicKey: '' }],
    ['a null check value', secret, { ...cardOf(peer), extra: { check: null } }],
    ['another algorithm', secret, cardOf(peer, { algorithm: 'sha256' })],
    ['a cost chosen by the card', secret, cardOf(peer, { logN: 30 })],
    ['a short salt', secret, cardOf(peer, { salt: '00' })],
    ['an uppercase salt', secret, cardOf(peer, { salt: salt.toUpperCase() })],
    ['a short digest', secret, cardOf(peer, { digest: '00' })],
    ['an empty digest', secret, cardOf(peer, { digest: '' })],
    ['another digest', secret, cardOf(peer, { digest: '0'.repeat(64) })],
    ['an unknown member', secret, cardOf(peer, { extra: 1 })],
  ])('refuses %s', async (_name, payload, card) => {
    expect(await refusalOf(() => command.derive(utf8(payload), card), [secret])).toHaveProperty(
      'code',
      'IDENTITY_PAYLOAD_INVALID',
    );
  });

  test('a restored file is the payload, 0600, and is collected again', async () => {
    const payload = utf8(secret);
    expect(command.place(payload).map(({ path, mode, existing }) => ({ path, mode, existing }))).toEqual([
      { path: '', mode: 0o600, existing: 'compare' },
    ]);
    expect(placeAndCollect(command, payload)).toEqual(payload);
    expect(await refusalOf(() => command.place(new Uint8Array()))).toHaveProperty('code', 'IDENTITY_PAYLOAD_INVALID');
  });
});
