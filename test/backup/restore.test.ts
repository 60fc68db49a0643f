import { generateKeyPairSync } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { backUp, makeCustody, sign, stateOf, towerOf, vote, type Custody } from '../support/custody.ts';
import { snapshot } from '../support/snapshot.ts';
import { hasTerminalDriver, onTerminal } from '../support/terminal.ts';
import { program, valops, type Ran } from '../support/valops.ts';

/** One backup for all tests; each restores below a root of its own. */
let custody: Custody;
let backup: string;

beforeAll(async () => {
  custody = await makeCustody(mkdtempSync(join(tmpdir(), 'valops-restore-')));
  backup = (await backUp(custody))[0] ?? '';
});
afterAll(() => rmSync(custody.directory, { recursive: true, force: true }));

interface Target {
  readonly home: string;
  readonly root: string;
  /** Where a path of the first host is below the root. */
  readonly at: (path: string) => string;
  restore(...more: readonly string[]): Promise<Ran>;
}

function target(): Target {
  const directory = mkdtempSync(join(tmpdir(), 'valops-restore-to-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const [home, root] = [join(directory, 'home'), join(directory, 'root')];
  mkdirSync(home, { mode: 0o700 });
  mkdirSync(root);
  const base = ['backup', 'restore', backup, '-i', custody.offlineKey, '--root', root];
  return {
    home,
    root,
    at: (path) => join(root, path),
    restore: (...more) => valops([...base, ...(more.includes('--plan') ? [] : ['--yes']), ...more], { home }),
  };
}

/** The tower of the validator below the root, as it is after a vote. */
function voteAt({ at }: Target, slot: bigint): void {
  const tower = towerOf(at(custody.host.solana), custody.ids.solana);
  mkdirSync(join(tower, '..'), { recursive: true });
  vote(custody.host.solana, tower, slot);
}

/** A Solana keypair of nobody. */
function foreignKeypair(): string {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const [seed, point] = [privateKey.export({ format: 'jwk' }).d ?? '', publicKey.export({ format: 'jwk' }).x ?? ''];
  return JSON.stringify([...Buffer.from(seed, 'base64url'), ...Buffer.from(point, 'base64url')]);
}

function put(path: string, content: string | Buffer, mode = 0o600): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content, { mode });
}

describe('what stands in the way is refused with exit 4 and a hint, and nothing is written', () => {
  const cases: Readonly<Record<string, readonly [(to: Target) => void, RegExp]>> = {
    'another Solana identity': [
      ({ at }) => put(at(custody.host.solana), foreignKeypair()),
      /holds identity "[1-9A-Za-z]{43,44}", the backup has/,
    ],
    'something that is no key': [({ at }) => put(at(custody.host.solana), 'notes\n'), /holds something else/],
    'one half of another CometBFT identity': [
      ({ at }) => put(join(at(custody.host.comet), 'config/node_key.json'), '{}'),
      /holds something else/,
    ],
    'a newer CometBFT state': [
      ({ at }) => {
        mkdirSync(join(at(custody.host.comet), 'data'), { recursive: true });
        sign(at(custody.host.comet), 1201);
      },
      /is newer than the backup's: height 1201, round 0, step 3 there, height 1200/,
    ],
    'another vote at the same height': [
      ({ at }) =>
        put(
          stateOf(at(custody.host.comet)),
          readFileSync(stateOf(custody.host.comet), 'utf8').replace('c2lnbmVk', 'b3RoZXI='),
        ),
      /which is newer cannot be told/,
    ],
    'a newer tower': [
      (to) => voteAt(to, 4001n),
      /is newer than the backup's: last vote at slot 4001, root 3970 there, last vote at slot 4000, root 3969 in/,
    ],
    'a tower that is not understood': [
      ({ at }) => put(towerOf(at(custody.host.solana), custody.ids.solana), Buffer.alloc(300, 8)),
      /which is newer cannot be told: last vote at slot 4000, root 3969 in the backup/,
    ],
    'a link in the place of a key': [
      ({ at, home }) => {
        mkdirSync(join(at(custody.host.solana), '..'), { recursive: true });
        symlinkSync(join(home, 'elsewhere'), at(custody.host.solana));
      },
      /holds something else/,
    ],
    'a directory that leads out of the root': [
      ({ at, home }) => {
        mkdirSync(at(custody.host.directory), { recursive: true });
        symlinkSync(home, at(custody.host.comet));
      },
      /leads out of/,
    ],
    'another card': [({ at }) => put(at(join(custody.directory, 'stick/solana.json')), '{}'), /another card is there/],
    'the key itself, readable by others': [
      ({ at }) => put(at(custody.host.solana), readFileSync(custody.host.solana), 0o644),
      /its mode is 0644, expected 0600/,
    ],
  };

  test.each(Object.keys(cases))('%s', async (name) => {
    const [prepare, message] = cases[name] ?? [() => undefined, /never/];
    const to = target();
    prepare(to);
    const before = snapshot(to.root);
    for (const more of [['--plan'], []]) {
      const ran = await to.restore(...more);
      expect([ran.status, ran.stdout]).toEqual([4, '']);
      expect(ran.stderr).toMatch(message);
      expect(ran.stderr).toMatch(/hint/);
    }
    expect(snapshot(to.root)).toEqual(before);
  });
});

describe('double-sign state', () => {
  test('a newer one is kept with --keep-state, and the key comes', async () => {
    const to = target();
    mkdirSync(join(to.at(custody.host.comet), 'data'), { recursive: true });
    sign(to.at(custody.host.comet), 5000);
    const newer = readFileSync(stateOf(to.at(custody.host.comet)));
    const ran = await to.restore('--keep-state');
    expect([ran.status, ran.stdout.includes('never set back: height 5000')]).toEqual([0, true]);
    expect(readFileSync(stateOf(to.at(custody.host.comet)))).toEqual(newer);
    expect(existsSync(join(to.at(custody.host.comet), 'config/priv_validator_key.json'))).toBe(true);
  });

  test('an older one gives way, and is kept beside', async () => {
    const to = target();
    mkdirSync(join(to.at(custody.host.comet), 'data'), { recursive: true });
    sign(to.at(custody.host.comet), 7);
    const older = readFileSync(stateOf(to.at(custody.host.comet)));
    const document = (await to.restore('--json')).json();
    const members = document['members'] as { path: string; action: string; keptAt: string | null }[];
    const replaced = members.filter(({ action }) => action === 'replace');
    expect(replaced.map(({ path }) => path)).toEqual([stateOf(to.at(custody.host.comet))]);
    expect(readFileSync(replaced[0]?.keptAt ?? '')).toEqual(older);
    expect(readFileSync(stateOf(to.at(custody.host.comet)))).toEqual(readFileSync(stateOf(custody.host.comet)));
  });

  test('an older tower gives way, and is kept beside', async () => {
    const to = target();
    voteAt(to, 3999n);
    const ran = await to.restore('--only', custody.host.solana);
    expect([ran.status, ran.stdout]).toEqual([0, expect.stringContaining('last vote at slot 3999, root 3968 there')]);
    const tower = towerOf(custody.host.solana, custody.ids.solana);
    expect(readFileSync(to.at(tower))).toEqual(readFileSync(tower));
  });

  test('it comes with its key even when the key alone is named', async () => {
    const to = target();
    const ran = await to.restore('--only', custody.host.solana);
    expect([ran.status, ran.stdout.includes('comes along')]).toEqual([0, true]);
    expect(
      snapshot(to.root)
        .flatMap(({ path, type }) => (type === 'file' ? [join('/', path)] : []))
        .toSorted(),
    ).toEqual([custody.host.solana, towerOf(custody.host.solana, custody.ids.solana)].toSorted());
  });
});

describe('restore', () => {
  test('plans with exit 3 and writes nothing, then restores, then has nothing to do', async () => {
    const to = target();
    const plan = await to.restore('--plan', '--json');
    expect([plan.status, plan.json()['verdict'], snapshot(to.root)]).toEqual([3, 'planned', []]);
    expect((await to.restore()).status).toBe(0);
    const after = snapshot(to.root);
    const again = await to.restore('--json');
    expect([again.status, again.json()['verdict'], snapshot(to.root)]).toEqual([0, 'nothing-to-do', after]);
    expect((await to.restore('--plan')).status).toBe(0);
  });

  test('configuration that differs is shown by size, replaced, and kept beside', async () => {
    const to = target();
    const conf = to.at(join(custody.host.directory, 'etc/validator.conf'));
    put(conf, 'rpc = 0.0.0.0:1\n', 0o644);
    const ran = await to.restore('--only', join(custody.host.directory, 'etc/validator.conf'));
    expect(ran.status).toBe(0);
    expect(ran.stdout).toMatch(
      /~ \S+validator\.conf 0640.*16 -> 21 bytes\n\s+what is there is kept as \S+before-[0-9a-f]{12}/,
    );
    expect(readFileSync(conf, 'utf8')).toBe('rpc = 127.0.0.1:9002\n');
    const kept = /kept as (\S+)/.exec(ran.stdout)?.[1] ?? '';
    expect(readFileSync(kept, 'utf8')).toBe('rpc = 0.0.0.0:1\n');
  });

  test('a public id brings that identity alone', async () => {
    const to = target();
    expect((await to.restore('--only', custody.ids.cometbft)).status).toBe(0);
    expect(existsSync(to.at(custody.host.solana))).toBe(false);
    expect(existsSync(stateOf(to.at(custody.host.comet)))).toBe(true);
  });

  test.each([
    ['no key', ['backup', 'restore', 'FILE', '--yes'], 2, 'no key was given'],
    ['standard input', ['backup', 'restore', '-', '-i', 'KEY', '--yes'], 2, 'read twice'],
    [
      'a name that is not in it',
      ['backup', 'restore', 'FILE', '-i', 'KEY', '--yes', '--only', '/none'],
      2,
      'no member',
    ],
    ['no terminal', ['backup', 'restore', 'FILE', '-i', 'KEY'], 2, '--yes'],
    ['a file that is not there', ['backup', 'restore', '/none.age', '-i', 'KEY', '--yes'], 1, '/none.age'],
    ['a key that it is not sealed to', ['backup', 'restore', 'FILE', '-i', 'OTHER', '--yes'], 1, 'no identity matched'],
    [
      'an owner that does not exist',
      ['backup', 'restore', 'FILE', '-i', 'KEY', '--yes', '--owner', 'no-one'],
      2,
      'no-one',
    ],
  ])('%s is refused before anything is written', async (_, words, status, message) => {
    const to = target();
    const real: Readonly<Record<string, string>> = {
      FILE: backup,
      KEY: custody.offlineKey,
      OTHER: custody.trustees[0] ?? '',
    };
    const ran = await valops([...words.map((word) => real[word] ?? word), '--root', to.root], { home: to.home });
    expect([ran.status, ran.stdout]).toEqual([status, '']);
    expect(ran.stderr).toContain(message);
    expect(snapshot(to.root)).toEqual([]);
  });

  test('a flipped bit anywhere in the payload is found before anything is written', async () => {
    const bytes = readFileSync(backup);
    const to = target();
    for (const part of [0.3, 0.6, 0.999]) {
      const damaged = join(to.home, 'damaged.age');
      const changed = Buffer.from(bytes);
      const at = Math.floor(bytes.length * part);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(damaged, changed);
      const ran = await valops(['backup', 'restore', damaged, '-i', custody.offlineKey, '--root', to.root, '--yes'], {
        home: to.home,
      });
      expect([ran.status, snapshot(to.root)]).toEqual([1, []]);
      if (part > 0.3) expect(ran.stderr).toMatch(/is damaged: .* \(payload chunk 1/);
    }
  });

  test('secrets are nowhere in output and journal', async () => {
    const to = target();
    const ran = await to.restore('--json');
    const journal = readFileSync(join(to.home, 'journal.jsonl'), 'utf8');
    const said = `${ran.stdout}${ran.stderr}${journal}`;
    const key = JSON.parse(readFileSync(join(custody.host.comet, 'config/priv_validator_key.json'), 'utf8')) as {
      priv_key: { value: string };
    };
    expect(said).not.toContain(key.priv_key.value);
    expect(said).not.toContain(readFileSync(custody.host.solana, 'utf8').slice(1, 60));
    expect(journal).toContain('"fenced":"asserted by --yes"');
    expect(journal).toContain('"opened":[{"file"');
  });
});

describe.runIf(process.getuid?.() === 0)('as another user than root (needs root to become one)', () => {
  test('everything is restored under the own user, and it is said whose it was', async () => {
    const to = target();
    const [uid, gid] = [65534, 65534];
    const key = join(to.home, '..', 'offline.key');
    cpSync(custody.offlineKey, key);
    for (const path of [join(to.home, '..'), to.home, to.root, key]) chownSync(path, uid, gid);
    const copy = join(to.home, '..', 'backup.age');
    cpSync(backup, copy);
    chownSync(copy, uid, gid);
    const ran = await valops(
      ['backup', 'restore', copy, '-i', key, '--root', to.root, '--yes', '--owner', 'root:root'],
      {
        home: to.home,
        prefix: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
      },
    );
    expect([ran.status, ran.stderr]).toEqual([0, ran.stderr]);
    expect(ran.stdout).toMatch(
      /only root can give files away: "\S+" and \d+ more will belong to 65534:65534, not to 0:0/,
    );
    const { mode, uid: owner } = statSync(to.at(custody.host.solana));
    expect([mode & 0o7777, owner]).toEqual([0o600, uid]);
  });
});

describe.runIf(hasTerminalDriver)('on a terminal (needs python3)', () => {
  const ask = async (to: Target, type: string): Promise<{ readonly status: number; readonly transcript: string }> =>
    onTerminal([...program, 'backup', 'restore', backup, '-i', custody.offlineKey, '--root', to.root], {
      home: to.home,
      entries: [{ expect: 'two would sign twice', type }],
    });

  test('the question names the public ids; no writes nothing, yes restores', async () => {
    const to = target();
    const refused = await ask(to, 'n\r');
    expect([refused.status, snapshot(to.root)]).toEqual([3, []]);
    expect(refused.transcript).toContain(custody.ids.cometbft);
    const agreed = await ask(to, 'y\r');
    expect([agreed.status, existsSync(to.at(custody.host.solana))]).toEqual([0, true]);
    expect(readFileSync(join(to.home, 'journal.jsonl'), 'utf8')).toContain('"fenced":"answered on the terminal"');
  });
});

test('a copy of the home knows its own backups: no word of an unknown file', async () => {
  const to = target();
  cpSync(join(custody.host.home, 'backups'), join(to.home, 'backups'), { recursive: true });
  expect((await to.restore('--plan')).stdout).not.toContain('not in the catalogue');
  // and says whose key would open it
  const other = await valops(['backup', 'restore', backup, '-i', custody.trustees[0] ?? '', '--plan'], {
    home: to.home,
  });
  expect([other.status, /sealed to host X25519 SHA256:\S+, escrow X25519 \S+, offline/.test(other.stderr)]).toEqual([
    1,
    true,
  ]);
  expect((await target().restore('--plan')).stdout).toContain('not in the catalogue of this machine');
});
