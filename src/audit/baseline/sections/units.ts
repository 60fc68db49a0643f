import { persistenceLineDigests } from '../../../facts/persistence/line-digests.ts';
import { persistencePlaces } from '../../../facts/persistence/places.ts';
import type { PlaceKind } from '../../../facts/persistence-places.ts';
import { placeEntries } from '../place-entries.ts';
import { defineSection } from '../section.ts';

/** Kinds of places that tell systemd what to run. */
export const unitKinds: ReadonlySet<PlaceKind> = new Set(['unit', 'user-unit', 'generator', 'service-manager']);

export const unitsSection = defineSection({
  id: 'units',
  title: 'units of systemd that no package brought, drop-ins, and what is enabled',
  needs: { places: persistencePlaces, lines: persistenceLineDigests },
  entries: ({ places, lines }) =>
    placeEntries(
      places.places.filter(({ kind }) => unitKinds.has(kind)),
      lines.filter(({ path }) => path.startsWith('/etc/systemd/')),
    ),
});
