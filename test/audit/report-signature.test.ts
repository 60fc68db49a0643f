import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ensureReportKey, readReportKey, reportKeyPath } from '../../src/audit/signing/report-key.ts';
import { reportNamespace, signReport, verifyReport } from '../../src/audit/signing/report-signature.ts';
import { parseSigners, signerLine, signerOf } from '../../src/audit/signing/signers.ts';
import { decodeSshsig, encodeSshsig } from '../../src/audit/signing/sshsig.ts';
import type { Context } from '../../src/core/context.ts';
import type { JournalRecord } from '../../src/core/journal.ts';
import { createFiles } from '../../src/store/files.ts';
import { makeContext } from '../support/context.ts';
import { hasSshKeygen, sshKeygen } from '../support/ssh-keygen.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const report = new TextEncoder().encode('{"schema":"valops/audit-report/1"}\n');

/** A home with nothing in it, and what its journal was told. */
function home(): { readonly context: Context; readonly path: string; readonly journal: readonly JournalRecord[] } {
  const path = temporaryDirectory();
  const journal: JournalRecord[] = [];
  const { context } = makeContext({
    home: { path, ageDirectory: () => path },
    files: createFiles(() => () => undefined),
    machine: { hostname: () => 'val-1' } as Context['machine'],
    journal: {
      begin: (record) => {
        journal.push(record);
        return { done: () => undefined, failed: () => undefined };
      },
      head: () => null,
    },
  });
  return { context, path, journal };
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the key of a home', () => {
  test('is made once, 0600, journalled by its fingerprint, and read again', async () => {
    const { context, path, journal } = home();
    expect(readReportKey(context)).toBeUndefined();
    const key = await ensureReportKey(context);
    expect(await ensureReportKey(context)).toEqual(key);
    expect(journal).toEqual([{ action: 'audit.report-key', purpose: 'sign reports', keys: [key.fingerprint] }]);
    expect(statSync(reportKeyPath(context.home)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(path, 'audit/report-key.pub'), 'utf8')).toMatch(
      /^ssh-ed25519 \S+ valops reports of val-1\n$/,
    );
  });

  test('that is damaged is said, and never replaced', async () => {
    const { context } = home();
    await ensureReportKey(context);
    const path = reportKeyPath(context.home);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, 150));
    await expect(ensureReportKey(context)).rejects.toMatchObject({ code: 'AUDIT_STATE_INVALID' });
    expect(readFileSync(path, 'utf8')).toBe(text.slice(0, 150));
  });
});

describe('a signature', () => {
  const made = async (): Promise<{ readonly text: string; readonly fingerprint: string }> => {
    const { context } = home();
    const own = await ensureReportKey(context);
    return { text: signReport(own, report), fingerprint: own.fingerprint };
  };

  test('proves the key that made it', async () => {
    const { text, fingerprint } = await made();
    expect(verifyReport(report, bytesOf(text))).toMatchObject({ valid: true, fingerprint });
    expect(verifyReport(report, bytesOf(text.replaceAll('\n', '\r\n')))).toMatchObject({ valid: true });
  });

  test('proves nothing of a report that is off by one bit', async () => {
    const { text } = await made();
    for (let bit = 0; bit < 8 * report.length; bit += 7) {
      const other = Uint8Array.from(report);
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifyReport(other, bytesOf(text))).toEqual({ valid: false, reason: 'the file is not what was signed' });
    }
  });

  test('proves nothing when one of its own bits is off, wherever', async () => {
    const sshsig = Buffer.from((await made()).text.split('\n').slice(1, -2).join(''), 'base64');
    for (let bit = 0; bit < 8 * sshsig.length; bit += 1) {
      const other = Buffer.from(sshsig);
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const text = `-----BEGIN SSH SIGNATURE-----\n${other.toString('base64')}\n-----END SSH SIGNATURE-----\n`;
      expect(verifyReport(report, bytesOf(text)).valid).toBe(false);
    }
  });

  test('of something else than a report proves nothing', async () => {
    const { context } = home();
    const own = await ensureReportKey(context);
    const text = encodeSshsig({ ...decodeSshsig(signReport(own, report)), namespace: 'file' });
    expect(verifyReport(report, bytesOf(text))).toEqual({
      valid: false,
      reason: 'the signature was made for something else than a report',
    });
  });

  test('that is anything at all ends no run', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const armoured = `-----BEGIN SSH SIGNATURE-----\n${Buffer.from(bytes).toString('base64')}\n-----END SSH SIGNATURE-----`;
        expect(verifyReport(report, bytes).valid).toBe(false);
        expect(verifyReport(report, bytesOf(armoured)).valid).toBe(false);
      }),
    );
  });
});

describe.runIf(hasSshKeygen)('ssh-keygen (needs openssh-client)', () => {
  const verify = (
    directory: string,
    host: string,
    text: string,
    signers: string,
  ): { status: number | null; said: string } => {
    writeFileSync(join(directory, 'signers'), signers);
    writeFileSync(join(directory, 'r.sig'), text);
    const ran = spawnSync(
      'ssh-keygen',
      ['-Y', 'verify', '-f', 'signers', '-I', host, '-n', reportNamespace, '-s', 'r.sig'],
      { cwd: directory, input: report, encoding: 'utf8' },
    );
    return { status: ran.status, said: ran.stdout + ran.stderr };
  };

  test.each(['val-1', 'ops@192.0.2.7', 'a host, with *?!"\\', '.hidden', 'höst'])(
    'verifies what we signed for %j, against the file of pinned keys, and nothing else',
    async (host) => {
      const { context, path } = home();
      const own = await ensureReportKey(context);
      const signer = signerOf(host, own.publicKey);
      const line = signerLine(signer, new Date(0));
      const text = signReport(own, report);
      const good = verify(path, signer.principal, text, line);
      expect(good).toMatchObject({ status: 0, said: expect.stringContaining(own.fingerprint) as string });
      expect(verify(path, 'another', text, line).status).not.toBe(0);
      const forged = signReport({ ...own, seed: new Uint8Array(randomBytes(32)) }, report);
      expect(verify(path, signer.principal, forged, line).status).not.toBe(0);
      const { principal, fingerprint } = signer;
      expect(parseSigners(bytesOf(line), 'signers')).toMatchObject([{ principal, fingerprint }]);
    },
  );

  test('reads our key, and what it signs with it we verify; with another kind of key we do not', async () => {
    const { context, path } = home();
    const own = await ensureReportKey(context);
    const sign = (keyFile: string, ...more: readonly string[]): Uint8Array => {
      const file = join(path, 'report.json');
      writeFileSync(file, report);
      const ran = spawnSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', keyFile, '-n', reportNamespace, ...more, file], {
        encoding: 'utf8',
      });
      expect([ran.stderr, existsSync(`${file}.sig`)]).toEqual(['', true]);
      const bytes = readFileSync(`${file}.sig`);
      spawnSync('rm', [`${file}.sig`]);
      return bytes;
    };
    const keyFile = reportKeyPath(context.home);
    expect(spawnSync('ssh-keygen', ['-lf', keyFile], { encoding: 'utf8' }).stdout).toContain(own.fingerprint);
    expect(verifyReport(report, sign(keyFile))).toMatchObject({ valid: true, fingerprint: own.fingerprint });
    expect(verifyReport(report, sign(keyFile, '-O', 'hashalg=sha256'))).toMatchObject({ valid: true });
    expect(Buffer.from(signReport(own, report)).equals(Buffer.from(sign(keyFile)))).toBe(true);
    sshKeygen(join(path, 'ecdsa'), '-t', 'ecdsa');
    expect(verifyReport(report, sign(join(path, 'ecdsa'))).valid).toBe(false);
  });
});

describe('the file of pinned keys', () => {
  const line =
    'val-1 namespaces="valops-audit-report" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEBc8yOO3J+0igAF66UtPPGz3kctqC1XThH9/Z4UEx2r pinned';

  test('takes comments, several hosts in a line, and leaves out keys for other things', () => {
    const key = line.split(' ').slice(2, 4).join(' ');
    const text = `# ours\n\n${line}\nval-2,val-3 ${key}\ngit namespaces="git" ${key}\n`;
    expect(parseSigners(bytesOf(text), 'f').map(({ principal }) => principal)).toEqual(['val-1', 'val-2', 'val-3']);
  });

  test.each([
    ['a pattern', line.replace('val-1', 'val-*')],
    ['an exclusion', line.replace('val-1', '!val-1,val-2')],
    ['an authority', line.replace('namespaces=', 'cert-authority,namespaces=')],
    ['an end of validity', line.replace('namespaces=', 'valid-before="20260101",namespaces=')],
    ['another type', line.replace('ssh-ed25519', 'ssh-rsa')],
    ['a torn key', line.replace('UEx2r', 'UE')],
    ['something else', 'hello'],
  ])('refuses %s, by its line', (_, bad) => {
    expect(() => parseSigners(bytesOf(`${line}\n${bad}\n`), 'f')).toThrow(
      expect.objectContaining({
        code: 'AUDIT_STATE_INVALID',
        message: expect.stringContaining('"f" line 2') as string,
      }),
    );
  });
});
