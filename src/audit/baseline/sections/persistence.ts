import { persistenceLineDigests } from '../../../facts/persistence/line-digests.ts';
import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { placeEntries } from '../place-entries.ts';
import { defineSection } from '../section.ts';
import { unitKinds } from './units.ts';

/** In other sections line by line, or a counter: of at(1), which counts by itself. */
const elsewhere = /^\/etc\/sudoers(?:\.d\/.*)?$|^\/etc\/nsswitch\.conf$|\/atjobs\/\.SEQ$/;

export const persistenceSection = defineSection({
  id: 'persistence',
  title: 'other places where code is run or power granted without being asked',
  needs: { places: persistencePlaces, lines: persistenceLineDigests },
  entries: ({ places, lines }) =>
    placeEntries(
      places.places.filter(({ kind, path }) => !unitKinds.has(kind) && !elsewhere.test(path)),
      lines.filter(({ path }) => !path.startsWith('/etc/systemd/')),
    ),
});
