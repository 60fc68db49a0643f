import type { FileHandle } from 'node:fs/promises';

const bufferSize = 1024 * 1024;

/** Writes to a file handle while its caller computes the next bytes. */
export interface BehindWriter {
  /** Takes a copy of `bytes`. Rejects with the system error of this write or an earlier one. */
  write(bytes: Uint8Array): Promise<void>;
  /** Waits until everything taken was handed to the kernel. Rejects like `write`. */
  flush(): Promise<void>;
  /** Waits for what is in flight, whatever becomes of it, and clears the copies. */
  stop(): Promise<void>;
}

/**
 * Collects small writes in two buffers of 1 MiB of which one is filled while the other is
 * written. Bytes are copied, so a caller may reuse or wipe its own buffer at once.
 */
export function createBehindWriter(file: FileHandle): BehindWriter {
  let filling = Buffer.alloc(bufferSize);
  let spare = Buffer.alloc(bufferSize);
  let filled = 0;
  let inFlight: Promise<void> = Promise.resolve();

  async function sendFilled(): Promise<void> {
    await inFlight;
    const sending = filling.subarray(0, filled);
    [filling, spare] = [spare, filling];
    filled = 0;
    inFlight = writeAll(file, sending);
    // The rejection is not lost: the next call awaits the same promise.
    inFlight.catch(() => undefined);
  }

  return {
    async write(bytes) {
      for (let taken = 0; taken < bytes.length;) {
        const part = bytes.subarray(taken, taken + bufferSize - filled);
        filling.set(part, filled);
        filled += part.length;
        taken += part.length;
        if (filled === bufferSize) await sendFilled();
      }
    },
    async flush() {
      if (filled > 0) await sendFilled();
      await inFlight;
    },
    async stop() {
      await inFlight.catch(() => undefined);
      filling.fill(0);
      spare.fill(0);
    },
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, null)).bytesWritten;
  }
}
