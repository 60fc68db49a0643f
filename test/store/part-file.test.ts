import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openPart } from '../../src/store/part-file.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a part', () => {
  test('becomes the file whole, mode 0600, with the digest of its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(700_000), { maxLength: 8 }), async (lengths) => {
        const directory = temporaryDirectory();
        const target = join(directory, 'file');
        const part = await openPart(target);
        await part.start({});
        const pieces = lengths.map((length, index) => new Uint8Array(length).fill(index + 1));
        for (const piece of pieces) {
          const mine = Uint8Array.from(piece);
          await part.append(mine);
          // the buffer is the caller's again
          mine.fill(0xff);
        }
        const whole = Buffer.concat(pieces);
        expect(part.size).toBe(whole.length);
        expect(part.sha256()).toBe(digest(whole));
        await part.publish();
        await part.close();
        expect(readFileSync(target).equals(whole)).toBe(true);
        expect(statSync(target).mode & 0o7777).toBe(0o600);
        expect(readdirSync(directory)).toEqual(['file']);
      }),
      { numRuns: 12 },
    );
  });

  test('is kept with its note when closed, and goes on with the digest over both halves', async () => {
    const target = join(temporaryDirectory(), 'file');
    const bytes = new Uint8Array(3_000_001).map((_, index) => index % 251);
    const first = await openPart(target);
    await first.start({ etag: '"one"' });
    await first.append(bytes.subarray(0, 1_500_000));
    await first.close();
    expect(existsSync(target)).toBe(false);

    const second = await openPart(target);
    expect(second.size).toBe(1_500_000);
    expect(second.note).toEqual({ etag: '"one"' });
    await second.resume();
    await second.append(bytes.subarray(1_500_000));
    expect(second.sha256()).toBe(digest(bytes));
    await second.publish();
    expect(readFileSync(target).equals(bytes)).toBe(true);
  });

  test('started anew it holds nothing of before', async () => {
    const target = join(temporaryDirectory(), 'file');
    const part = await openPart(target);
    await part.start({});
    await part.append(new Uint8Array(2_500_000).fill(1));
    await part.start({});
    await part.append(Uint8Array.of(7));
    expect(part.sha256()).toBe(digest(Uint8Array.of(7)));
    await part.publish();
    expect([...readFileSync(target)]).toEqual([7]);
  });

  test('discarded or closed empty it leaves no name', async () => {
    const directory = temporaryDirectory();
    const part = await openPart(join(directory, 'file'));
    await part.start({});
    await part.append(new Uint8Array(10));
    await part.discard();
    const empty = await openPart(join(directory, 'file'));
    await empty.start({});
    await empty.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('is one writer’s: a second one is told so', async () => {
    const target = join(temporaryDirectory(), 'file');
    const part = await openPart(target);
    await expect(openPart(target)).rejects.toMatchObject({ code: 'LOCK_BUSY' });
    await part.close();
    const again = await openPart(target);
    await again.close();
  });

  test('replaces an older file of that name only when whole', async () => {
    const target = join(temporaryDirectory(), 'file');
    writeFileSync(target, 'old');
    const part = await openPart(target);
    await part.start({});
    await part.append(Buffer.from('new'));
    expect(readFileSync(target, 'utf8')).toBe('old');
    await part.publish();
    expect(readFileSync(target, 'utf8')).toBe('new');
  });

  test('a note that is torn, foreign or too long counts as none', async () => {
    for (const note of ['{"et', '[1]', 'null', `{"a":"${'x'.repeat(20_000)}"}`]) {
      const target = join(temporaryDirectory(), 'file');
      writeFileSync(`${target}.part`, 'abc');
      writeFileSync(`${target}.part.json`, note);
      const part = await openPart(target);
      expect(part.note).toBeNull();
      await part.close();
    }
  });

  test('never follows a link, and says what is in its way', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'precious'), 'x');
    symlinkSync('precious', join(directory, 'linked.part'));
    await expect(openPart(join(directory, 'linked'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    mkdirSync(join(directory, 'taken.part'));
    await expect(openPart(join(directory, 'taken'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(readFileSync(join(directory, 'precious'), 'utf8')).toBe('x');
  });

  test('is not published when its bytes are not on disk as counted', async () => {
    const target = join(temporaryDirectory(), 'file');
    const part = await openPart(target);
    await part.start({});
    await part.append(new Uint8Array(100));
    writeFileSync(`${target}.part`, 'someone else', { flag: 'a' });
    await expect(part.publish()).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await part.close();
    expect(existsSync(target)).toBe(false);
    renameSync(`${target}.part`, `${target}.kept`);
  });
});
