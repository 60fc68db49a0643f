import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DeliveryDeclared } from '../../src/audit/delivery/declared.ts';
import { deliver, deliverBegin, rehearseDelivery } from '../../src/audit/delivery/deliver.ts';
import type { DeliveredRun, DeliveryDoors } from '../../src/audit/delivery/run.ts';
import { spoolLimit } from '../../src/audit/delivery/spool.ts';
import type { PostRequest } from '../../src/core/posts.ts';
import { auditDelivery } from '../../src/facts/services/audit-delivery.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { createFiles } from '../../src/store/files.ts';
import { makeFinding, makeReport } from '../support/audit-report.ts';
import { scriptHost } from '../support/script-host.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

interface Sent {
  readonly url: string;
  readonly text: string;
}

interface Stage {
  readonly directory: string;
  readonly declared: DeliveryDeclared;
  readonly doors: Omit<DeliveryDoors, 'lost'>;
  readonly sent: Sent[];
  /** While true the server answers nothing. */
  down: boolean;
  now: number;
  state(): Record<string, unknown>;
  waiting(): readonly string[];
}

/** The files are real, the server is not. */
function stage(given: Partial<DeliveryDeclared> = {}): Stage {
  const directory = temporaryDirectory();
  const url = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  mkdirSync(join(directory, 'textfile'));
  const declared: DeliveryDeclared = {
    webhook: { urlFile: url('hook', 'https://hooks.example.org/T0/SECRET\n'), when: 'changes' },
    textfile: { directory: join(directory, 'textfile') },
    ping: { urlFile: url('ping', '# healthchecks\nhttps://hc.example.org/SECRET-UUID/\n') },
    ...given,
  };
  const sent: Sent[] = [];
  let count = 0;
  const made: Stage = {
    directory,
    declared,
    sent,
    down: false,
    now: Date.parse('2026-11-22T04:00:00Z'),
    state: () => JSON.parse(readFileSync(join(directory, 'audit/delivery.json'), 'utf8')) as Record<string, unknown>,
    waiting: () => (existsSync(join(directory, 'audit/spool')) ? readdirSync(join(directory, 'audit/spool')) : []),
    doors: {
      files: createFiles(),
      home: { path: directory, ageDirectory: () => '' },
      clock: { now: () => new Date(made.now), monotonic: () => 0 },
      randomBytes: (length) => new Uint8Array(length).fill(count++),
      posts: () =>
        Promise.resolve({
          post({ url: to, body, title }: PostRequest) {
            if (made.down)
              return Promise.reject(
                new ValopsError('DOWNLOAD_FAILED', `"${title}" at "${new URL(to).host}" answered 503`),
              );
            sent.push({ url: to, text: new TextDecoder().decode(body) });
            return Promise.resolve();
          },
          close: () => Promise.resolve(),
        }),
    },
  };
  return made;
}

const run = (given: Partial<DeliveredRun> = {}): DeliveredRun => ({
  checklists: ['weekly'],
  reports: [makeReport([makeFinding({ change: 'new' }), makeFinding({ subject: 'Port', change: 'still' })])],
  failures: [],
  ...given,
});
const quiet = run({ reports: [makeReport([makeFinding({ change: 'still' })])] });

describe('what is told', () => {
  test('webhook, textfile and ping, each in its own way', async () => {
    const { declared, doors, sent, directory, state } = stage();
    expect(await deliverBegin(declared, doors)).toEqual([]);
    expect(await deliver(run(), declared, doors)).toEqual([]);
    expect(sent.map(({ url }) => url)).toEqual([
      'https://hc.example.org/SECRET-UUID/start',
      'https://hooks.example.org/T0/SECRET',
      'https://hc.example.org/SECRET-UUID',
    ]);
    expect(JSON.parse(sent[1]?.text ?? '')).toEqual({
      text: 'weekly on val-1: 2 open, 1 new\n• high fail (new): ssh.root-login PermitRootLogin',
    });
    const file = join(directory, 'textfile/valops-audit-weekly.prom');
    expect(readFileSync(file, 'utf8')).toContain('valops_audit_last_run_timestamp_seconds{host="val-1"');
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(join(directory, 'textfile'))).toEqual(['valops-audit-weekly.prom']);
    expect(state()).toMatchObject({ ways: { webhook: { failingSince: null }, ping: {}, textfile: {} }, dropped: 0 });
    expect(statSync(join(directory, 'audit/delivery.json')).mode & 0o777).toBe(0o600);
  });

  test('nothing changed: no message, unless always; the ping and the file every time', async () => {
    const { declared, doors, sent } = stage();
    await deliver(quiet, declared, doors);
    expect(sent.map(({ url }) => url)).toEqual(['https://hc.example.org/SECRET-UUID']);
    const { urlFile } = declared.webhook ?? { urlFile: '' };
    await deliver(quiet, { webhook: { urlFile, when: 'always' } }, doors);
    expect(sent[1]?.text).toContain('weekly on val-1: 1 open');
  });

  test('a host that was not audited is told, and is a failed ping', async () => {
    const { declared, doors, sent } = stage();
    const failures = [{ host: 'val-2', code: 'HOST_UNREACHABLE', message: 'no route', hint: null }];
    await deliver(run({ reports: [], failures }), declared, doors);
    expect(sent[0]?.text).toContain('weekly on val-2: not audited: no route (HOST_UNREACHABLE)');
    expect(sent[1]?.url).toBe('https://hc.example.org/SECRET-UUID/fail');
  });

  test('the ping fails for findings only from the declared severity on', async () => {
    const { declared, doors, sent } = stage();
    const { urlFile } = declared.ping ?? { urlFile: '' };
    for (const failOn of ['critical', 'high'] as const) await deliver(quiet, { ping: { urlFile, failOn } }, doors);
    expect(sent.map(({ url }) => url.split('/').at(-1))).toEqual(['SECRET-UUID', 'fail']);
  });

  test('what a host says makes no link and no mention', async () => {
    const { declared, doors, sent } = stage();
    const finding = makeFinding({ subject: '<!channel> <https://evil.example|click> & co', change: 'new' });
    await deliver(run({ reports: [makeReport([finding])] }), declared, doors);
    expect(sent[0]?.text).toContain('&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp; co');
  });

  test('a thousand findings are one short message', async () => {
    const { declared, doors, sent } = stage();
    const many = Array.from({ length: 1000 }, (_, index) =>
      makeFinding({ subject: `${'x'.repeat(900)}${index}`, change: 'new' }),
    );
    await deliver(run({ reports: [makeReport(many)] }), declared, doors);
    expect(sent[0]?.text.length).toBeLessThan(6000);
    expect(sent[0]?.text).toContain('and 985 more: valops audit report weekly');
  });
});

describe('a server that is down', () => {
  test('keeps nothing from being told: what waits goes first, and says that it is late', async () => {
    const made = stage();
    const { declared, doors, sent } = made;
    made.down = true;
    const [first] = await deliver(run(), declared, doors);
    expect(first?.way).toBe('webhook');
    expect(made.state()).toMatchObject({ ways: { webhook: { done: null, failingSince: '2026-11-22T04:00:00.000Z' } } });
    made.now += 3_600_000;
    await deliver(run(), declared, doors);
    expect(made.waiting()).toHaveLength(2);
    for (const name of made.waiting())
      expect(statSync(join(made.directory, 'audit/spool', name)).mode & 0o777).toBe(0o600);
    // since when it fails is not forgotten
    expect(made.state()).toMatchObject({ ways: { webhook: { failingSince: '2026-11-22T04:00:00.000Z' } } });
    made.down = false;
    made.now += 3_600_000;
    await deliver(quiet, declared, doors);
    const texts = sent.filter(({ url }) => url.includes('hooks')).map(({ text }) => text);
    expect(texts.map((text) => /late, of ([^)]*)/.exec(text)?.[1])).toEqual([
      '2026-11-22T04:00:00.000Z',
      '2026-11-22T05:00:00.000Z',
    ]);
    expect(made.waiting()).toEqual([]);
    expect(made.state()).toMatchObject({ ways: { webhook: { failingSince: null } } });
  });

  test('does not fill the disk: the oldest go, and that is a finding', async () => {
    const made = stage();
    made.down = true;
    const only = { webhook: made.declared.webhook };
    const spool = join(made.directory, 'audit/spool');
    mkdirSync(spool, { recursive: true });
    for (let index = 0; index < spoolLimit; index++) {
      const name = `20261121T0000${String(index).padStart(3, '0')}00Z-00000000.json`;
      writeFileSync(join(spool, name), '{"at":"2026-11-21T00:00:00.000Z","text":"x"}\n');
    }
    for (let index = 0; index < 3; index++) {
      made.now += 1000;
      await deliver(run(), only, made.doors);
    }
    expect(made.waiting().filter((name) => name.startsWith('20261122'))).toHaveLength(3);
    expect(made.waiting()).toHaveLength(spoolLimit);
    expect(made.state()).toMatchObject({ dropped: 3 });
  });

  test('the other ways are gone', async () => {
    const made = stage();
    made.down = true;
    const failures = await deliver(run(), made.declared, made.doors);
    expect(failures.map(({ way }) => way)).toEqual(['webhook', 'ping']);
    expect(existsSync(join(made.directory, 'textfile/valops-audit-weekly.prom'))).toBe(true);
  });

  test('a file in the spool that is none holds up nothing', async () => {
    const made = stage();
    mkdirSync(join(made.directory, 'audit/spool'), { recursive: true });
    writeFileSync(join(made.directory, 'audit/spool/20261101T000000000Z-00000000.json'), '\0garbage');
    expect(await deliver(run(), made.declared, made.doors)).toEqual([]);
    expect(made.waiting()).toEqual([]);
  });
});

describe('addresses are secrets', () => {
  test.each([
    ['readable by others', 0o644, 'https://a.example/x', 'has mode 0644, expected 0600'],
    ['empty', 0o600, '\n', 'holds no address'],
    ['prose', 0o600, 'the address is https://a.example', 'holds no address'],
  ])('%s', async (_name, mode, text, told) => {
    const made = stage();
    const path = made.declared.webhook?.urlFile ?? '';
    writeFileSync(path, text);
    chmodSync(path, mode);
    const [failed] = await deliver(run(), { webhook: made.declared.webhook }, made.doors);
    expect(failed?.error.message).toContain(told);
    expect((await rehearseDelivery(run(), { webhook: made.declared.webhook }, made.doors)).failures).toHaveLength(1);
    expect(made.sent).toEqual([]);
  });

  test('no file that is kept holds one', async () => {
    const made = stage();
    made.down = true;
    await deliver(run(), made.declared, made.doors);
    const kept = readdirSync(join(made.directory, 'audit'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    expect(kept).toHaveLength(2);
    expect(kept.join('')).not.toContain('SECRET');
    const { would } = await rehearseDelivery(run(), made.declared, made.doors);
    expect(would).toHaveLength(3);
    expect(would.join('')).not.toContain('SECRET');
  });

  test('three addresses by their names', async () => {
    const made = stage();
    writeFileSync(made.declared.ping?.urlFile ?? '', 'ok https://a.example/1\nfail https://a.example/2\n');
    const only = { ping: made.declared.ping };
    await deliverBegin(only, made.doors);
    await deliver(run(), only, made.doors);
    expect(made.sent.map(({ url }) => url)).toEqual(['https://a.example/1']);
  });
});

test('the next run finds what failed, by the same file', async () => {
  const made = stage();
  made.down = true;
  await deliver(run(), made.declared, made.doors);
  const question = auditDelivery(made.directory);
  const { exitCode, stdout } = await scriptHost().run({
    script: question.script(scriptHost().login),
    as: 'root',
    timeout: 5000,
  });
  const value = question.parse({ exitCode: exitCode ?? 1, stdout: new TextDecoder().decode(stdout), stderr: '' });
  expect(value.waiting).toBe(1);
  expect(value.ways.map(({ name, failingSince }) => [name, failingSince !== null])).toEqual([
    ['textfile', false],
    ['webhook', true],
    ['ping', true],
  ]);
});
