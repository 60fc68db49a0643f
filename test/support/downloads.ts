import { createHash, randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Downloads } from '../../src/core/downloads.ts';
import type { Event } from '../../src/core/events.ts';
import { openDownloads, type DownloadsOptions } from '../../src/net/downloads.ts';
import { createFiles } from '../../src/store/files.ts';
import { createTrees } from '../../src/store/trees.ts';
import type { ReleaseServer } from './release-server.ts';

/** The real door with the times of a test; what it said is in `events`. */
export interface TestDownloads {
  readonly downloads: Downloads;
  readonly events: readonly Event[];
  /** What is true when a signal ends the process now. */
  readonly said: ReadonlySet<string>;
}

/** Opens the door for the running test. It trusts the authority of `server`. */
export function downloadsFor(
  server: Pick<ReleaseServer, 'ca'>,
  options: Partial<DownloadsOptions> = {},
): TestDownloads {
  const events: Event[] = [];
  const said = new Set<string>();
  const context = {
    tool: { name: 'valops', version: '0.0.0-test' },
    clock: { now: () => new Date(), monotonic: () => performance.now() },
    randomBytes: (length: number) => new Uint8Array(randomBytes(length)),
    events: { emit: (event: Event) => void events.push(event) },
    files: createFiles(),
    interruption: {
      say(sentence: string) {
        said.add(sentence);
        return () => said.delete(sentence);
      },
    },
  } as const;
  const downloads = openDownloads(context, {
    trees: createTrees(),
    insecure: false,
    caFile: Buffer.from(server.ca),
    environment: {},
    ...options,
    limits: { attempts: 3, firstDelay: 1, longestDelay: 5, ...options.limits },
  });
  onTestFinished(() => downloads.close());
  return { downloads, events, said };
}

/** Bytes that are no text, the same for the same length and seed. */
export function sampleBytes(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}

/** Lowercase hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
