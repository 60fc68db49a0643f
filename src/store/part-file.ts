import { createHash, type Hash } from 'node:crypto';
import { constants, fstatSync, lstatSync, readFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { PartFile } from '../core/part-file.ts';
import type { JsonObject } from '../lib/canonical-json.ts';
import { ValopsError, systemErrorCode } from '../lib/errors.ts';
import { createBehindWriter } from './behind-writer.ts';
import { giveFinalName, removeQuietly, settleMode } from './final-name.ts';
import { lockOpenFile } from './lock.ts';
import { fileError } from './system-error.ts';
import { writeWhole } from './write-whole.ts';

/** Bytes of one write; two buffers of this size are held. */
const blockSize = 1024 * 1024;
const noteLimit = 16 * 1024;

/**
 * Opens the part of `target`, made (0600) when there is none. Throws LOCK_BUSY while another process
 * has it open, FILE_UNWRITABLE.
 */
export async function openPart(target: string): Promise<PartFile> {
  const path = `${target}.part`;
  let file: FileHandle | undefined;
  try {
    for (;;) {
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
      file = await open(path, flags | constants.O_NONBLOCK, 0o600);
      if (!(await file.stat()).isFile()) throw irregular(path);
      lockOpenFile(file.fd, path);
      // Whoever had it before may have finished and renamed it away: then this is the finished file.
      if (isNamed(file, path)) return part(target, path, file);
      await file.close();
    }
  } catch (error) {
    await file?.close().catch(() => undefined);
    throw fileError('FILE_UNWRITABLE', 'write', path, error);
  }
}

function part(target: string, path: string, file: FileHandle): PartFile {
  const notePath = `${path}.json`;
  const writer = createBehindWriter(file);
  let blocks: readonly [Uint8Array, Uint8Array] | undefined;
  let [filled, size] = [0, fstatSync(file.fd).size];
  let note = size === 0 ? null : readNote(notePath);
  // undefined: the bytes held were not read yet
  let hash: Hash | undefined = size === 0 ? createHash('sha256') : undefined;
  let isOpen = true;

  async function writeBlock(): Promise<void> {
    if (blocks === undefined || filled === 0) return;
    const [full, other] = blocks;
    hash?.update(full.subarray(0, filled));
    // settles when the block before is written, so that `other` is free
    await writer.write(full.subarray(0, filled));
    blocks = [other, full];
    filled = 0;
  }

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fileError('FILE_UNWRITABLE', 'write', path, error);
    }
  }

  async function end(): Promise<void> {
    isOpen = false;
    await writer.stop();
    await file.close().catch(() => undefined);
  }

  return {
    get size() {
      return size;
    },
    get note() {
      return note;
    },
    start: (fresh) =>
      guarded(async () => {
        await writer.flush();
        await file.truncate(0);
        [filled, size, hash] = [0, 0, createHash('sha256')];
        writeWhole(notePath, new TextEncoder().encode(JSON.stringify(fresh)), { mode: 0o600 }, 'replace');
        note = fresh;
      }),
    resume: () =>
      guarded(async () => {
        hash ??= await hashOf(file, size);
      }),
    append: (bytes) =>
      guarded(async () => {
        if (hash === undefined) throw new Error(`the part of "${target}" was neither started nor resumed`);
        blocks ??= [Buffer.allocUnsafeSlow(blockSize), Buffer.allocUnsafeSlow(blockSize)];
        for (let taken = 0; taken < bytes.length;) {
          const piece = bytes.subarray(taken, taken + blockSize - filled);
          blocks[0].set(piece, filled);
          [filled, taken, size] = [filled + piece.length, taken + piece.length, size + piece.length];
          if (filled === blockSize) await writeBlock();
        }
      }),
    sha256() {
      if (hash === undefined) throw new Error(`the part of "${target}" was neither started nor resumed`);
      const copy = hash.copy();
      if (blocks !== undefined) copy.update(blocks[0].subarray(0, filled));
      return copy.digest('hex');
    },
    publish: () =>
      guarded(async () => {
        await writeBlock();
        await writer.flush();
        const held = fstatSync(file.fd).size;
        if (held !== size) throw new Error(`expected ${size} bytes in it, found ${held}`);
        settleMode(file.fd, { mode: 0o600 });
        await file.sync();
        giveFinalName(path, target, 'replace');
        removeQuietly(notePath);
        await end();
      }),
    async close() {
      if (!isOpen) return;
      await writeBlock().catch(() => undefined);
      await end();
      if (size === 0) removeQuietly(path);
      if (size === 0) removeQuietly(notePath);
    },
    async discard() {
      if (!isOpen) return;
      removeQuietly(path);
      removeQuietly(notePath);
      await end();
    },
  };
}

async function hashOf(file: FileHandle, size: number): Promise<Hash> {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafeSlow(blockSize);
  for (let offset = 0; offset < size;) {
    const { bytesRead } = await file.read(block, 0, Math.min(blockSize, size - offset), offset);
    if (bytesRead === 0) throw new Error(`it ends after ${offset} of ${size} bytes`);
    hash.update(block.subarray(0, bytesRead));
    offset += bytesRead;
  }
  return hash;
}

function isNamed(file: FileHandle, path: string): boolean {
  const opened = fstatSync(file.fd, { bigint: true });
  const named = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return named !== undefined && named.ino === opened.ino && named.dev === opened.dev;
}

/** A note that cannot be understood is no note: the bytes are fetched anew. */
function readNote(path: string): JsonObject | null {
  try {
    const stat = lstatSync(path);
    if (!stat.isFile() || stat.size > noteLimit) return null;
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch (error) {
    if (error instanceof SyntaxError || systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function irregular(path: string): ValopsError {
  return new ValopsError('FILE_UNWRITABLE', `cannot write "${path}": it is not a regular file`, {
    hint: `Look at it and move it away: ls -ld '${path.replaceAll("'", String.raw`'\''`)}'`,
  });
}
