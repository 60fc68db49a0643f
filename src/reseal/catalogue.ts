import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Context } from '../core/context.ts';

/** Of the catalogue of backups, what matters here; the folder `backup` owns it and reads it strictly. */
const catalogue = z.object({
  backups: z.array(
    z.object({
      id: z.string(),
      sha256: z.string(),
      size: z.number(),
      recipients: z.array(z.object({ fingerprint: z.string() })),
      copies: z.array(z.object({ path: z.string() })),
    }),
  ),
});

/** A backup which this home remembers. */
export type KnownBackup = z.infer<typeof catalogue>['backups'][number];

/** Largest catalogue that is read, in bytes. */
const catalogueLimit = 64 * 1024 * 1024;

/** The backups of `$VALOPS_HOME/backups/catalogue.json`; none, and a warning, where it cannot be understood. */
export function knownBackups(context: Context): readonly KnownBackup[] {
  const path = join(context.home.path, 'backups', 'catalogue.json');
  if (context.files.stat(path) === null) return [];
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(context.files.read(path, catalogueLimit)));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const parsed = catalogue.safeParse(value);
  if (parsed.success) return parsed.data.backups;
  context.events.emit({
    kind: 'warning',
    message: `"${path}" is not a catalogue of backups: copies that it knows of are not told of here`,
    hint: 'valops backup list',
  });
  return [];
}
