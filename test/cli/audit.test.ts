import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/core/fact.ts';
import { questions } from '../../src/facts/registry.ts';
import { systemClock } from '../../src/facts/system/clock.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { program, run, valops, type Ran } from '../support/valops.ts';

const answers = join(import.meta.dirname, '../audit/answers');

/**
 * What `valops facts --json` would have printed of a recorded host: long answers are files, the others lie together.
 * What was not recorded is unknown.
 */
function factsOf(state: string, name: string): string {
  const others = JSON.parse(readFileSync(join(answers, state, 'others.json'), 'utf8')) as Record<string, Answer>;
  const facts = questions.map((question) => {
    const path = join(answers, state, `${question.id}.txt`);
    const recorded = existsSync(path) ? { exitCode: 0, stdout: readFileSync(path, 'utf8'), stderr: '' } : undefined;
    const answer = others[question.id] ?? recorded;
    if (answer === undefined) return [question.id, { known: false, reason: 'not recorded' }];
    return [question.id, { known: true, value: question.parse(answer) }];
  });
  const clock = systemClock.parse({
    exitCode: 0,
    stderr: '',
    stdout: readFileSync(join(answers, state, 'system.clock.txt'), 'utf8'),
  });
  const login = { user: 'root', from: null, to: null, keyFingerprint: null };
  const gatheredAt = new Date(clock.now * 1000).toISOString();
  const host = { name, gatheredAt, roundTrips: 1, login, facts: Object.fromEntries(facts) as object };
  return JSON.stringify({ schema: 'valops/facts/1', hosts: [host] });
}

interface Stage {
  readonly directory: string;
  readonly home: string;
  audit(...words: readonly string[]): Promise<Ran>;
}

function stage(config = ''): Stage {
  const directory = temporaryDirectory();
  const home = join(directory, 'home');
  if (config !== '') writeFileSync(join(directory, 'valops.yaml'), config);
  return { directory, home, audit: (...words) => valops(['audit', ...words], { home, cwd: directory }) };
}

/** A checklist of one own check, which fails while a file is there: quick, and the same on every machine. */
const nightly = (directory: string): string => `audit:
  checklists:
    nightly:
      cadence: weekly
      own:
        - { id: own.no-flag, title: there is no flag, severity: high, run: [test, "!", -e, ${directory}/flag] }
`;

function nightlyStage(): Stage {
  const made = stage();
  writeFileSync(join(made.directory, 'valops.yaml'), nightly(made.directory));
  return made;
}

const storedIn = (home: string): readonly string[] =>
  existsSync(join(home, 'reports', hostname()))
    ? readdirSync(join(home, 'reports', hostname())).filter((name) => name.endsWith('.json'))
    : [];

describe('audit run', () => {
  test('stores each report, 0600, and says what changed against the one before', async () => {
    const { directory, home, audit } = nightlyStage();
    const first = await audit('run', 'nightly', '--json');
    expect([first.status, first.json()['schema']]).toEqual([0, 'valops/audit-report/1']);
    writeFileSync(join(directory, 'flag'), '');
    const second = await audit('run', 'nightly');
    expect([second.status, second.stdout]).toEqual([3, expect.stringContaining('fail (new) test')]);
    const third = await audit('run', 'nightly', '--json');
    expect(third.json()['findings']).toMatchObject([{ id: 'own.no-flag', status: 'fail', change: 'still' }]);
    expect(storedIn(home)).toHaveLength(3);
    for (const name of storedIn(home))
      expect(statSync(join(home, 'reports', hostname(), name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'reports')).mode & 0o777).toBe(0o700);
    const history = await audit('history', '--json');
    expect((history.json()['reports'] as object[]).length).toBe(3);
    expect((await audit('diff')).stdout).toContain('0 new, 0 newly unknown, 0 fixed, 1 still');
    expect((await audit('report', '--format', 'junit')).stdout).toContain('classname="own.no-flag"');
  });

  test('--changes-only is silent on both streams unless something changed', async () => {
    const { directory, audit } = nightlyStage();
    const quiet = { status: 0, stdout: '', stderr: '' };
    expect(await audit('run', 'nightly', '--changes-only')).toMatchObject(quiet);
    writeFileSync(join(directory, 'flag'), '');
    expect(await audit('run', 'nightly', '--changes-only')).toMatchObject({ status: 3 });
    expect(await audit('run', 'nightly', '--changes-only')).toMatchObject(quiet);
    spawnSync('rm', [join(directory, 'flag')]);
    const fixed = await audit('run', 'nightly', '--changes-only');
    expect([fixed.status, fixed.stdout]).toEqual([0, expect.stringContaining('fixed own.no-flag')]);
  });

  test('--fail-on, --only and --format: what is below counts for nothing, a part is not stored', async () => {
    const { directory, home, audit } = nightlyStage();
    writeFileSync(join(directory, 'flag'), '');
    expect((await audit('run', 'nightly', '--fail-on', 'critical')).status).toBe(0);
    expect((await audit('run', 'nightly', '--fail-on', 'high')).status).toBe(3);
    expect(storedIn(home)).toHaveLength(2);
    const part = await audit('run', 'nightly', '--only', 'own.*', '--format', 'prometheus', '-o', 'audit.prom');
    expect([part.status, part.stdout, part.stderr]).toEqual([3, '', expect.stringContaining('not stored')]);
    expect(statSync(join(directory, 'audit.prom')).mode & 0o777).toBe(0o644);
    expect(storedIn(home)).toHaveLength(2);
  });

  test.each([
    [['run', 'wekly'], 'there is no checklist "wekly"'],
    [['run'], 'missing required argument'],
    [['run', 'weekly', '--format', 'xml'], 'there is no format "xml"'],
    [['run', 'weekly', '--fail-on', 'bad'], '--fail-on is "bad"'],
    [['run', 'weekly', '--only', 'ssh.no-such'], '--only names "ssh.no-such"'],
    [['run', 'weekly', '--facts', 'f', '--host', 'root@192.0.2.1'], 'exclude each other'],
    [['explain', 'ssh.no-such'], 'no check and no manual item "ssh.no-such"'],
    [['attest', 'manual.no-such', '--yes'], 'there is no manual item'],
    [['attest', 'manual.advisories', '--yes', '--note', 'a\nb'], '--note is not one line'],
    [['diff', 'only-one.json'], 'one report was given'],
  ])('audit %j is a usage error and stores nothing', async (words, message) => {
    const { home, audit } = stage();
    const ran = await audit(...words);
    expect([ran.status, ran.stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(storedIn(home)).toEqual([]);
  });

  test('a damaged last report is passed over, said, and left where it is', async () => {
    const { home, audit } = nightlyStage();
    await audit('run', 'nightly');
    const [name = ''] = storedIn(home);
    const path = join(home, 'reports', hostname(), name);
    const later = path.replace(/-\d{8}T/, '-20991231T');
    writeFileSync(later, '\u0000garbage');
    const ran = await audit('run', 'nightly');
    expect([ran.status, ran.stderr]).toEqual([0, expect.stringContaining('cannot be read')]);
    expect(readFileSync(later, 'utf8')).toBe('\u0000garbage');
    expect(storedIn(home)).toHaveLength(3);
    expect((await audit('history')).stdout).toContain('cannot be read');
    // nor does a report from the future silence the alarm
    expect((await audit('due', 'nightly')).stdout).toContain('from the future');
  });

  const unshare = ['unshare', '--user', '--map-root-user', '--mount'];
  const canMount = spawnSync('unshare', [...unshare.slice(1), 'mount', '-t', 'tmpfs', 'x', '/mnt']).status === 0;

  test.runIf(canMount)(
    'a full disk ends the run, says so, and keeps what was stored (needs user namespaces)',
    async () => {
      const { directory, home, audit } = nightlyStage();
      await audit('run', 'nightly');
      const script = `mkdir full && mount -t tmpfs -o size=128k tmpfs full && cp -a home/. full/ &&
      { dd if=/dev/zero of=full/fill bs=1k 2>/dev/null || :; } &&
      VALOPS_HOME=$PWD/full "$@"; echo "exit $?"; ls full/reports/*; diff -r full/reports home/reports && echo kept`;
      const argv = [...unshare, 'sh', '-c', script, 'sh', ...program, 'audit', 'run', 'nightly'];
      const ran = await run(argv, { home, cwd: directory });
      expect([ran.stdout, ran.stderr]).toEqual([
        expect.stringMatching(/^exit 1\n(nightly-\S+\.json)\n\1\.sig\nkept\n$/),
        expect.stringContaining('no space left on device'),
      ]);
    },
  );
});

describe('audit run --facts', () => {
  const config = (expires: string): string => `hosts: { val-1: { address: 192.0.2.11 } }
firewall:
  management: [10.85.0.0/24]
  public: [{ port: 29001, name: gossip }]
  local: [{ port: 9002, name: rpc }]
audit:
  waivers:
    - { check: ssh.moduli, subject: "*", reason: none, owner: anna, expires: "${expires}" }
`;
  const judge = async (state: string, expires = '2099-01-01'): Promise<Record<string, unknown>> => {
    const { directory, home, audit } = stage(config(expires));
    writeFileSync(join(directory, 'facts.json'), factsOf(state, 'val-1'));
    const ran = await audit('run', 'monthly', '--facts', 'facts.json', '--json');
    expect([ran.status, existsSync(join(home, 'reports'))]).toEqual([3, false]);
    return ran.json();
  };
  const open = ({ findings }: Record<string, unknown>): readonly string[] => {
    const all = findings as readonly { id: string; status: string; waiver?: object }[];
    return [...new Set(all.filter((one) => one.status === 'fail' && one.waiver === undefined).map(({ id }) => id))];
  };

  test('a stock Debian 12 fails in what is wrong there', async () => {
    const report = await judge('debian-12-stock');
    expect(report['host']).toBe('val-1');
    expect(open(report)).toEqual(
      expect.arrayContaining(['ssh.root-login', 'ssh.no-passwords', 'firewall.incoming-denied']),
    );
    expect(report['waivers']).toMatchObject([{ check: 'ssh.moduli', owner: 'anna' }]);
  });

  test('one hardened by valops fails in nothing', async () => {
    const report = await judge('debian-12-hardened');
    expect(open(report)).toEqual([]);
    expect(report['summary']).toMatchObject({ fail: 0, waived: 0 });
    const asked = report['findings'] as readonly { readonly status: string; readonly evidence: string }[];
    expect(asked.filter(({ status, evidence }) => status === 'unknown' && !evidence.includes('not recorded'))).toEqual(
      [],
    );
  });

  test('a waiver that is over fails', async () => {
    expect(open(await judge('debian-12-hardened', '2026-01-31'))).toEqual(['audit.waiver']);
  });

  test('what is no document of facts is refused', async () => {
    const { directory, audit } = stage();
    for (const text of ['', '{}', '{"schema":"valops/facts/1","hosts":[{"name":"x"}]}']) {
      writeFileSync(join(directory, 'facts.json'), text);
      const ran = await audit('run', 'weekly', '--facts', 'facts.json', '--json');
      expect([ran.status, ran.json()['code']]).toEqual([2, 'AUDIT_FACTS_INVALID']);
    }
  });
});

describe('audit attest and due', () => {
  test('who, when, evidence and next due, in the journal and in a file of mode 0600', async () => {
    const { directory, home, audit } = stage();
    writeFileSync(join(directory, 'notes.txt'), 'evidence');
    const before = await audit('due', 'incident', '--json');
    expect([before.status, before.json()['checklists']]).toEqual([3, []]);
    const ran = await audit(
      'attest',
      'manual.advisories',
      '--evidence',
      'notes.txt',
      '--note',
      'read',
      '--yes',
      '--json',
    );
    const { attestation } = ran.json() as { attestation: { evidence: { sha256: string; size: number } } };
    expect(attestation).toMatchObject({
      item: 'manual.advisories',
      note: 'read',
      evidence: { file: 'notes.txt', size: 8 },
    });
    const [digest] = spawnSync('sha256sum', [join(directory, 'notes.txt')], { encoding: 'utf8' }).stdout.split(' ');
    expect(attestation.evidence.sha256).toBe(digest);
    expect(statSync(join(home, 'attestations.json')).mode & 0o777).toBe(0o600);
    expect((await valops(['journal', 'show'], { home })).stdout).toContain('audit.attest done: manual.advisories');
    expect((await valops(['journal', 'verify'], { home })).status).toBe(0);
    const due = await audit('due', 'weekly', '--json');
    expect(due.json()['items']).toMatchObject([{ item: 'manual.advisories', late: false }]);
  });

  test('several at once: none is lost', async () => {
    const { home, audit } = stage();
    const items = ['advisories', 'access-review', 'journal-head', 'keys-proven'];
    const ran = await Promise.all(items.map((item) => audit('attest', `manual.${item}`, '--yes')));
    expect(ran.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    const { attestations } = JSON.parse(readFileSync(join(home, 'attestations.json'), 'utf8')) as {
      attestations: object[];
    };
    expect(attestations).toHaveLength(4);
  });

  test('a damaged file of attestations is never taken for an empty one, and never replaced', async () => {
    const { home, audit } = stage();
    mkdirSync(home, { mode: 0o700 });
    writeFileSync(join(home, 'attestations.json'), '{"schema":');
    chmodSync(join(home, 'attestations.json'), 0o600);
    for (const words of [['attest', 'manual.advisories', '--yes'], ['due'], ['run', 'weekly', '--only', 'time.*']]) {
      const ran = await audit(...words, '--json');
      expect([ran.status, ran.json()['code']]).toEqual([1, 'AUDIT_STATE_INVALID']);
    }
    expect(readFileSync(join(home, 'attestations.json'), 'utf8')).toBe('{"schema":');
  });

  test('a checklist that was run is not late, one that never ran is', async () => {
    const { audit } = nightlyStage();
    expect((await audit('due', 'nightly')).status).toBe(3);
    await audit('run', 'nightly');
    const due = await audit('due', 'nightly');
    expect([due.status, due.stdout]).toEqual([0, expect.stringContaining(`ok nightly on ${hostname()}`)]);
  });
});

describe('audit list and explain', () => {
  test('every check can be explained, and conflicts name the profile that counts', async () => {
    const { audit } = stage('ssh: { profile: cis-l1 }\n');
    const list = await audit('list', '--checklist', 'weekly', '--json');
    const { checks, profile } = list.json() as { profile: string; checks: { id: string }[] };
    expect([profile, checks.length > 30]).toEqual(['cis-l1', true]);
    expect((await audit('list', '--conflicts')).stdout).toMatch(/\* cis-l1 {4}0|\* cis-l1 /);
    for (const id of ['ssh.root-login', 'manual.advisories']) {
      const explained = await audit('explain', id);
      expect([explained.status, explained.stdout]).toEqual([0, expect.stringMatching(/why[^]*severity[^]*do /)]);
    }
  });
});
