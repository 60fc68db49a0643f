import { join } from 'node:path';
import type { Home } from '../../core/context.ts';
import type { DeliveryDoors } from './run.ts';

/** Messages that wait at most; the oldest go first. */
export const spoolLimit = 100;

/** Bytes of one message at most. */
const messageLimit = 64 * 1024;

/** A message that was not delivered yet. */
export interface Spooled {
  readonly path: string;
  /** RFC 3339. */
  readonly at: string;
  readonly text: string;
}

/** Where messages wait: their names sort by time. */
export function spoolDirectory(home: Home): string {
  return join(home.path, 'audit', 'spool');
}

/** Keeps a message, 0600, before it is sent. Answers how many older ones had to go. */
export function spool({ files, home, clock, randomBytes }: DeliveryDoors, text: string): number {
  const directory = spoolDirectory(home);
  files.ensureDirectory(directory, { mode: 0o700 });
  const at = clock.now().toISOString();
  const name = `${at.replaceAll(/[-:.]/g, '')}-${Buffer.from(randomBytes(4)).toString('hex')}.json`;
  const bytes = new TextEncoder().encode(
    `${JSON.stringify({ schema: 'valops/audit-message/1', at, text: text.slice(0, messageLimit / 4) })}\n`,
  );
  files.create(join(directory, name), bytes, { mode: 0o600 });
  const tooMany = namesIn({ files, home }).slice(0, -spoolLimit);
  for (const one of tooMany) files.remove(join(directory, one));
  return tooMany.length;
}

/** The messages that wait, oldest first. A file that is none is removed: it must not hold up the others. */
export function spooled({ files, home }: Pick<DeliveryDoors, 'files' | 'home'>): readonly Spooled[] {
  return namesIn({ files, home }).flatMap((name): readonly Spooled[] => {
    const path = join(spoolDirectory(home), name);
    try {
      const { at, text } = JSON.parse(new TextDecoder().decode(files.read(path, messageLimit))) as Partial<Spooled>;
      if (typeof at === 'string' && typeof text === 'string') return [{ path, at, text }];
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    files.remove(path);
    return [];
  });
}

function namesIn({ files, home }: Pick<DeliveryDoors, 'files' | 'home'>): readonly string[] {
  return files.list(spoolDirectory(home)).filter((name) => /^\d{8}T\d{9}Z-[0-9a-f]{8}\.json$/.test(name));
}
