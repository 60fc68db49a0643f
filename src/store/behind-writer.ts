import type { FileHandle } from 'node:fs/promises';

/** Writes to a file handle while its caller computes the next bytes. */
export interface BehindWriter {
  /**
   * Begins to write `bytes` once the write before is through. The buffer must stay as it is until
   * the next call settles. Rejects with the system error of this write or an earlier one.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Waits until everything was handed to the kernel. Rejects like `write`. */
  flush(): Promise<void>;
  /** Waits for what is in flight, whatever becomes of it. */
  stop(): Promise<void>;
}

/** One write is in flight at a time, straight from the caller's buffer. */
export function createBehindWriter(file: FileHandle): BehindWriter {
  let inFlight: Promise<void> = Promise.resolve();
  return {
    async write(bytes) {
      await inFlight;
      inFlight = writeAll(file, bytes);
      // The rejection is not lost: the next call awaits the same promise.
      inFlight.catch(() => undefined);
    },
    flush: () => inFlight,
    async stop() {
      await inFlight.catch(() => undefined);
    },
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, null)).bytesWritten;
  }
}
