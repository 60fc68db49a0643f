import type { CatalogueEntry } from './catalogue.ts';

/**
 * Names the line a backup belongs to: those of the same host, the same identities and the same extent
 * (an identity alone, or with configuration) succeed one another; others never do.
 */
export function lineOf({ host, identities, file }: Pick<CatalogueEntry, 'host' | 'identities' | 'file'>): string {
  const names = identities.map(({ kind, publicId }) => `${kind} ${publicId}`).toSorted();
  return JSON.stringify([host, file.startsWith('identity-backup-'), names]);
}
