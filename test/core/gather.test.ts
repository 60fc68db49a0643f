import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer, Question } from '../../src/core/fact.ts';
import { gather } from '../../src/core/gather.ts';
import { splitAnswers } from '../../src/core/gather-answers.ts';
import { answerLimit, compileQuestions } from '../../src/core/gather-script.ts';
import { scriptHost, testLogin } from '../support/script-host.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const options = {
  clock: { now: () => new Date('2026-01-02T03:04:05Z'), monotonic: () => 0 },
  randomBytes: (length: number) => new Uint8Array(randomBytes(length)),
};

function ask(name: string, script: string, more: Partial<Question<Answer>> = {}): Question<Answer> {
  return {
    id: `system.${name}`,
    family: 'system',
    title: name,
    script: () => script,
    privileged: false,
    timeout: 5,
    parse: (answer) => answer,
    ...more,
  };
}

const has = (program: string): boolean => spawnSync(program, ['--help']).error === undefined;

/** PATH without coreutils' `timeout`, so that the watchdog has to do its work. */
const noTimeout = 'timeout() { return 1; }\n';

const shells: readonly (readonly [string, readonly [string, ...string[]]])[] = [
  ['sh', ['sh', '-s']],
  ['dash', ['dash', '-s']],
  ['bash --posix', ['bash', '--posix', '-s']],
  ['busybox sh', ['busybox', 'sh', '-s']],
];

for (const [name, argv] of shells) {
  describe.runIf(has(argv[0]))(`gather by ${name} (where it is installed)`, () => {
    test('every answer has its own output, complaints and status', async () => {
      const { facts, roundTrips, gatheredAt } = await gather(
        scriptHost(argv),
        [
          ask('one', 'echo out; echo err >&2; exit 3'),
          ask('none', ':'),
          ask('stdin', 'cat; read -r x; echo "[$?]"'),
          ask('raw', "printf 'a\\000\\377\\303\\251'"),
          ask('locale', 'echo "$LC_ALL $TZ"'),
        ],
        options,
      );
      expect({ roundTrips, gatheredAt }).toEqual({ roundTrips: 1, gatheredAt: '2026-01-02T03:04:05.000Z' });
      expect(facts).toEqual({
        'system.one': { known: true, value: { exitCode: 3, stdout: 'out\n', stderr: 'err\n' } },
        'system.none': { known: true, value: { exitCode: 0, stdout: '', stderr: '' } },
        'system.stdin': { known: true, value: { exitCode: 0, stdout: '[1]\n', stderr: '' } },
        'system.raw': { known: true, value: { exitCode: 0, stdout: 'a\0\ufffdé', stderr: '' } },
        'system.locale': { known: true, value: { exitCode: 0, stdout: 'C UTC\n', stderr: '' } },
      });
    });

    test('a hanging question is killed with all it started; the others answer', async () => {
      const token = `9${randomBytes(4).readUInt32BE(0)}`;
      const { facts } = await gather(
        scriptHost(argv),
        [
          ask('before', 'echo 1'),
          ask('hangs', `trap '' TERM; (sh -c 'sleep ${token}; :' & sleep ${token}) | cat; echo never`, { timeout: 1 }),
          ask('after', 'echo 2'),
        ],
        options,
      );
      expect(facts).toMatchObject({
        'system.before': { known: true },
        'system.hangs': { known: false, reason: 'killed: no answer within 1 s' },
        'system.after': { known: true, value: { stdout: '2\n' } },
      });
      expect(running(token)).toEqual([]);
    });

    test('an answer that never ends is capped', async () => {
      const { facts } = await gather(
        scriptHost(argv),
        [ask('flood', 'yes'), ask('full', `head -c ${answerLimit} /dev/zero`), ask('after', 'echo 2')],
        options,
      );
      expect(facts['system.flood']).toEqual({
        known: false,
        reason: `the answer is longer than ${answerLimit} bytes`,
      });
      expect(facts['system.full']).toMatchObject({ known: true });
      expect(facts['system.after']).toMatchObject({ known: true, value: { stdout: '2\n' } });
    });

    test('of many complaints the end is kept', async () => {
      const { facts } = await gather(
        scriptHost(argv),
        [ask('loud', 'yes | head -c 300000 >&2; echo end >&2')],
        options,
      );
      const { value } = facts['system.loud'] as { value: Answer };
      expect(value.stderr).toHaveLength(4096);
      expect(value.stderr.endsWith('y\nend\n')).toBe(true);
    });
  });
}

/** Command lines of processes that hold `token`. */
function running(token: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [readFileSync(`/proc/${name}/cmdline`, 'utf8')];
      } catch {
        return []; // it ended in between
      }
    })
    .filter((line) => line.includes(token));
}

test('where too many hang, those that follow have less time; those that answer are not touched', () => {
  const boundary = 'c'.repeat(32);
  const questions = [
    ask('hangs', 'sleep 30', { timeout: 1 }),
    ask('answers', 'echo 1'),
    ask('hangs-too', 'sleep 30', { timeout: 20 }),
  ];
  const script = compileQuestions(questions, testLogin, boundary, { together: 1, after: 1 });
  const { stdout } = spawnSync('sh', ['-s'], { input: script });
  expect(splitAnswers(stdout, boundary, 3)).toEqual([
    { lost: 'killed', seconds: 1 },
    { answer: { exitCode: 0, stdout: '1\n', stderr: '' } },
    { lost: 'killed', seconds: 1 },
  ]);
});

describe('without coreutils timeout', () => {
  test('the watchdog kills the whole question', async () => {
    const token = `8${randomBytes(4).readUInt32BE(0)}`;
    const host = scriptHost();
    const { facts } = await gather(
      { ...host, run: (request) => host.run({ ...request, script: noTimeout + request.script }) },
      [
        ask('quick', 'echo 1; exit 7'),
        ask('hangs', `(sh -c 'sleep ${token}; :' & sleep ${token}) | cat; echo never`, { timeout: 1 }),
        ask('after', 'echo 2'),
      ],
      options,
    );
    expect(facts).toMatchObject({
      'system.quick': { known: true, value: { exitCode: 7, stdout: '1\n' } },
      'system.hangs': { known: false, reason: 'killed: no answer within 1 s' },
      'system.after': { known: true, value: { stdout: '2\n' } },
    });
    expect(running(token)).toEqual([]);
  });
});

describe('what a host may do to an answer', () => {
  test('frames of another boundary are text', async () => {
    const forged = `\n${'0'.repeat(32)} exit 0\n\n${'0'.repeat(32)} end 0\n`;
    const { facts } = await gather(
      scriptHost(),
      [ask('forger', `printf '%s' '${forged}'; printf '%s' '${forged}' >&2; exit 5`), ask('next', 'echo ok')],
      options,
    );
    expect(facts['system.forger']).toEqual({
      known: true,
      value: { exitCode: 5, stdout: forged, stderr: forged },
    });
    expect(facts['system.next']).toMatchObject({ known: true, value: { stdout: 'ok\n' } });
  });

  test('the boundary is on no command line and in no environment', async () => {
    const { facts } = await gather(
      scriptHost(),
      [ask('spy', 'tr "\\000" "\\n" </proc/$$/environ; for p in /proc/[0-9]*; do tr "\\000" " " <$p/cmdline; done')],
      { ...options, randomBytes: () => new Uint8Array(16).fill(0xab) },
    );
    expect(facts['system.spy']).toMatchObject({ known: true });
    expect(JSON.stringify(facts)).not.toContain('ab'.repeat(16));
  });

  test('output cut at any byte: what was whole stays known, the rest says that it was cut off', async () => {
    const questions = [ask('a', 'echo alpha'), ask('b', 'echo beta; echo e >&2'), ask('c', 'echo gamma')];
    const host = scriptHost();
    const whole = await host.run({
      script: compileQuestions(questions, testLogin, 'b'.repeat(32)),
      as: 'user',
      timeout: 1,
    });
    for (let length = 0; length < whole.stdout.length; length++) {
      const answers = splitAnswers(whole.stdout.subarray(0, length), 'b'.repeat(32), 3);
      const known = answers.map((one) => ('answer' in one ? one.answer.stdout : one.lost));
      const full = ['alpha\n', 'beta\n', 'gamma\n'];
      const first = known.findIndex((one, index) => one !== full[index]);
      expect(first).not.toBe(-1);
      expect(known.slice(first)).toEqual(full.slice(first).map(() => 'cut-off'));
    }
  });

  test('without root a privileged question is unknown and is not run', async () => {
    const file = join(temporaryDirectory(), 'touched');
    const { facts } = await gather(
      {
        ...scriptHost(['sh', '-s'], { ...testLogin, user: 'ops' }),
        run: (request) => scriptHost().run({ ...request, script: `id() { echo 1000; }\n${request.script}` }),
      },
      [ask('secret', `touch ${file}`, { privileged: true }), ask('open', 'echo ok')],
      options,
    );
    expect(facts['system.secret']).toEqual({
      known: false,
      reason: 'needs root: sudo -n is not allowed for "ops"',
    });
    expect(facts['system.open']).toMatchObject({ known: true });
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  test('a reason is one line without control characters', async () => {
    const parse = (): Answer => {
      throw new Error(`bad\u001b[31m\n${'x'.repeat(400)}`);
    };
    const { facts } = await gather(scriptHost(), [ask('odd', ':', { parse })], options);
    expect(facts['system.odd']).toEqual({ known: false, reason: `bad [31m ${'x'.repeat(290)}…` });
  });
});

describe('the compiled script', () => {
  const script = compileQuestions(
    [ask('a', 'echo \'quoted\' "$x"'), ask('b', 'echo b', { privileged: true })],
    testLogin,
    'c'.repeat(32),
  );

  test('parses as POSIX sh', () => {
    for (const shell of ['sh', 'dash', 'bash'].filter(has))
      expect(spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  test('does nothing when it arrives cut off', () => {
    for (let length = 0; length < script.length - 1; length += 61)
      expect(spawnSync('sh', ['-s'], { input: script.slice(0, length), encoding: 'utf8' }).stdout).toBe('');
  });

  test.runIf(has('shellcheck'))('has no complaint of shellcheck (where it is installed)', () => {
    const checked = spawnSync('shellcheck', ['-s', 'sh', '-S', 'warning', '-'], { input: script, encoding: 'utf8' });
    expect(checked.stdout).toBe('');
  });

  test('leaves no file behind', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'there'), '');
    const host = scriptHost(['sh', '-c', `cd ${directory}; export HOME=${directory} TMPDIR=${directory}; exec sh -s`]);
    await gather(host, [ask('a', 'echo a; echo b >&2'), ask('slow', 'sleep 9', { timeout: 1 })], options);
    expect(readdirSync(directory)).toEqual(['there']);
  });
});

test('any bytes come back as they were printed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 4 }), async (contents) => {
      const octal = (bytes: Uint8Array): string =>
        [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
      const questions = contents.map((bytes, index) =>
        ask(`q${index}`, `printf '${octal(bytes)}'; printf '${octal(bytes)}' >&2; exit ${index}`),
      );
      const { facts } = await gather(scriptHost(), questions, options);
      expect(Object.values(facts)).toEqual(
        contents.map((bytes, index) => {
          const text = Buffer.from(bytes).toString('utf8');
          return { known: true, value: { exitCode: index, stdout: text, stderr: text } };
        }),
      );
    }),
    { numRuns: 25 },
  );
});
