import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { getKeys } from 'micro-key-producer/ssh.js';
import { encodeReport } from '../../src/audit/report-file.ts';
import type { AuditReport } from '../../src/audit/report.ts';
import { signReport } from '../../src/audit/signing/report-signature.ts';
import { sshString } from '../../src/age/ssh-wire.ts';
import { makeFinding, makeReport } from '../support/audit-report.ts';
import { hasSshKeygen } from '../support/ssh-keygen.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { valops, type Ran } from '../support/valops.ts';

/** The key of a host, always the same for a name. */
function keyOf(name: string): Parameters<typeof signReport>[0] {
  const seed = new Uint8Array(createHash('sha256').update(name).digest());
  const { publicKeyBytes, fingerprint } = getKeys(seed);
  return { seed, fingerprint, publicKey: Buffer.concat([sshString('ssh-ed25519'), sshString(publicKeyBytes)]) };
}

interface Stage {
  readonly directory: string;
  readonly home: string;
  /** Puts a report where a USB stick would be; answers its path. */
  bring(host: string, daysAgo: number, signedBy: string | null, given?: Partial<AuditReport>): string;
  merge(...words: readonly string[]): Promise<Ran>;
}

function stage(): Stage {
  const directory = temporaryDirectory();
  const home = join(directory, 'home');
  mkdirSync(join(directory, 'usb'));
  return {
    directory,
    home,
    bring(host, daysAgo, signedBy, given = {}) {
      const startedAt = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
      const bytes = encodeReport(makeReport([makeFinding({ status: 'pass' })], { host, startedAt, ...given }));
      const path = join('usb', `${host}-${daysAgo}-${signedBy ?? 'unsigned'}.json`);
      writeFileSync(join(directory, path), bytes);
      if (signedBy !== null) writeFileSync(join(directory, `${path}.sig`), signReport(keyOf(signedBy), bytes));
      return path;
    },
    merge: (...words) => valops(['audit', 'report', '--merge', ...words], { home, cwd: directory }),
  };
}

const journalOf = (home: string): string => readFileSync(join(home, 'journal.jsonl'), 'utf8');

describe('audit report --merge', () => {
  test('one page of many hosts: keys pinned at first sight and said, verified afterwards; the stalest first', async () => {
    const { home, bring, merge } = stage();
    bring('val-1', 1, 'one');
    bring('val-2', 3, 'two');
    bring('val-3', 30, 'three');
    const first = await merge('usb');
    expect([first.status, first.stdout.split('\n').slice(0, 3)]).toEqual([
      3,
      [
        expect.stringMatching(
          /^late val-3 weekly: .*last run 30 days ago, weekly; .*first seen now, SHA256:/,
        ) as string,
        expect.stringMatching(/^in time val-2 /) as string,
        expect.stringMatching(/^in time val-1 /) as string,
      ],
    ]);
    expect(first.stderr).toContain(
      `reports of "val-1" are trusted from now on when they are signed by ${keyOf('one').fingerprint}\n`,
    );
    expect(journalOf(home)).toContain('"audit.trust-key"');
    const second = await merge('usb', '--json');
    expect([second.status, second.stderr]).toEqual([3, '']);
    expect(second.json()).toMatchObject({
      schema: 'valops/audit-fleet/1',
      hosts: [
        { host: 'val-3', late: true, signature: 'verified', key: keyOf('three').fingerprint },
        { host: 'val-2', late: false, signature: 'verified' },
        { host: 'val-1', late: false, signature: 'verified' },
      ],
      remarks: [],
    });
  });

  test('what was changed on the way, lost its signature, or is by another key counts nowhere, and the rest goes on', async () => {
    const { directory, bring, merge } = stage();
    const good = bring('val-1', 1, 'one');
    bring('val-2', 1, 'two');
    expect((await merge('usb')).status).toBe(0);
    const forged = bring('val-1', 0.5, 'one');
    writeFileSync(
      join(directory, forged),
      readFileSync(join(directory, forged), 'utf8').replace('"fail": 0', '"fail": 7'),
    );
    const stripped = bring('val-1', 0.4, null);
    const other = bring('val-1', 0.3, 'mallory');
    const ran = await merge('usb', '--json');
    expect(ran.status).toBe(4);
    const { hosts, remarks } = ran.json() as { hosts: object[]; remarks: { kind: string; subject: string }[] };
    expect(hosts).toMatchObject([{ host: 'val-1', file: good }, { host: 'val-2' }]);
    expect(remarks.map(({ kind, subject }) => `${kind} ${subject}`).toSorted()).toEqual(
      [forged, stripped, other].map((path) => `refused ${path}`).toSorted(),
    );
    for (const path of [forged, stripped, other]) expect(ran.stderr).toContain(`${path}: refused: `);
    for (const [path, code] of [
      [forged, 'AUDIT_REPORT_FORGED'],
      [stripped, 'AUDIT_REPORT_UNSIGNED'],
      [other, 'AUDIT_SIGNER_CHANGED'],
    ] as const)
      expect((await merge(path, '--json')).json()).toMatchObject({ schema: 'valops/error/1', code, exitStatus: 4 });

    // the key was compared on the host
    const trusted = await merge(other, '--trust-key', keyOf('mallory').fingerprint);
    expect([trusted.status, trusted.stdout]).toEqual([0, expect.stringContaining('signature verified')]);
    expect((await merge(good, other)).status).toBe(0);
  });

  test('a key that is pinned for another host too is told apart', async () => {
    const { bring, merge } = stage();
    bring('val-1', 1, 'one');
    await merge('usb');
    const again = await merge(bring('val-2', 1, 'one'));
    expect(again.stderr).toContain(`signed by ${keyOf('one').fingerprint}, which signs those of "val-1" as well`);
  });

  test('damaged files are named, and the others go on; nothing but damage is an error', async () => {
    const { directory, bring, merge } = stage();
    bring('val-1', 1, 'one');
    writeFileSync(join(directory, 'usb/torn.json'), '{"schema":"valops/aud');
    writeFileSync(join(directory, 'usb/notes.txt'), 'not a report');
    symlinkSync('usb', join(directory, 'stick'));
    const ran = await merge('stick', 'no-such.json');
    expect([ran.status, ran.stdout]).toEqual([1, expect.stringContaining('in time val-1')]);
    expect(ran.stderr).toMatch(/torn\.json" is not a report of an audit: not JSON/);
    expect(ran.stderr).toContain('no-such.json');
    expect(await merge('usb/torn.json')).toMatchObject({ status: 1, stdout: '' });
    expect(await merge()).toMatchObject({ status: 2 });
  });

  test('a file of several reports that a machine signed, hosts that are declared and silent, and only what was asked for', async () => {
    const { directory, home, bring, merge } = stage();
    writeFileSync(
      join(directory, 'valops.yaml'),
      'hosts:\n  val-1: { address: 192.0.2.1 }\n  val-9: { address: 192.0.2.9 }\n',
    );
    bring('val-1', 1, 'one');
    bring('val-2', 1, 'two', { checklist: 'monthly' });
    const silent = await merge('usb');
    expect([silent.status, silent.stdout]).toEqual([3, expect.stringContaining('silent val-9')]);
    expect((await merge('usb', '--host', 'val-1')).status).toBe(0);
    // the page itself can be carried on: it is signed by this home, and known here
    expect((await merge('usb', '--host', 'val-1', '--format', 'json', '-o', 'all.json')).status).toBe(0);
    expect((await merge('all.json', '--host', 'val-1')).stdout).toContain('signed by this home');
    const monthly = await valops(['audit', 'report', 'monthly', '--json', '--merge', 'usb'], { home, cwd: directory });
    expect(monthly.json()).toMatchObject({ hosts: [{ host: 'val-2', checklist: 'monthly' }] });
  });

  test('a file of pinned keys that is damaged, a key nobody signed with, another format: nothing is trusted by accident', async () => {
    const { directory, home, bring, merge } = stage();
    bring('val-1', 1, 'one');
    expect(await merge('usb', '--trust-key', keyOf('two').fingerprint)).toMatchObject({ status: 2 });
    expect(existsSync(join(home, 'audit'))).toBe(false);
    mkdirSync(join(home, 'audit'), { recursive: true });
    writeFileSync(join(home, 'audit/report-signers'), '* ssh-ed25519 AAAA\n');
    const ran = await merge('usb');
    expect([ran.status, ran.stderr]).toEqual([1, expect.stringContaining('line 1')]);
    rmSync(join(home, 'audit/report-signers'));
    const page = await merge('usb', '--format', 'html', '-o', 'fleet.html');
    expect([page.status, page.stdout]).toEqual([0, '']);
    expect(readFileSync(join(directory, 'fleet.html'), 'utf8')).toContain('val-1 is as it should be.');
  });
});

describe.runIf(hasSshKeygen)('a stored report (needs openssh-client)', () => {
  test('is signed beside it, and stock ssh-keygen verifies what was carried away with what was pinned elsewhere', async () => {
    const directory = temporaryDirectory();
    writeFileSync(
      join(directory, 'valops.yaml'),
      'audit:\n  checklists:\n    nightly:\n      own:\n        - { id: own.true, title: true is true, severity: low, run: ["true"] }\n',
    );
    const host = { home: join(directory, 'host'), cwd: directory };
    const operator = { home: join(directory, 'operator'), cwd: directory };
    expect((await valops(['audit', 'run', 'nightly'], host)).status).toBe(0);
    const reports = join(host.home, 'reports', hostname());
    const [name = '', signature = ''] = readdirSync(reports);
    expect(signature).toBe(`${name}.sig`);
    const merged = await valops(['audit', 'report', '--merge', join(host.home, 'reports')], operator);
    expect([merged.status, merged.stdout]).toEqual([0, expect.stringContaining('first seen now')]);
    const verify = (input: Buffer): number | null =>
      spawnSync(
        'ssh-keygen',
        [
          '-Y',
          'verify',
          '-f',
          join(operator.home, 'audit/report-signers'),
          '-I',
          hostname(),
          '-n',
          'valops-audit-report',
          '-s',
          join(reports, signature),
        ],
        { input },
      ).status;
    const bytes = readFileSync(join(reports, name));
    expect([verify(bytes), verify(Buffer.concat([bytes, Buffer.from(' ')]))]).toEqual([0, 255]);
    // and here: a stored report that somebody touched is shown as such
    writeFileSync(join(reports, name), bytes.toString().replace('own.true', 'own.fine'));
    expect((await valops(['audit', 'report', '--format', 'html'], host)).stdout).toContain('1 signature broken');
  });
});
