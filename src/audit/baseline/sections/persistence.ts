import { persistenceLines } from '../../../facts/persistence/lines.ts';
import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { placeEntries } from '../place-entries.ts';
import { defineSection } from '../section.ts';
import { unitKinds } from './units.ts';

/** Not compared: the counter of at(1), and the files of sudo rules and names, which have sections of their own. */
export const persistenceSection = defineSection({
  id: 'persistence',
  title: 'other places where code is run or power granted without being asked',
  needs: { places: persistencePlaces, lines: persistenceLines },
  entries: ({ places, lines }) =>
    placeEntries(
      places.places.filter(
        ({ kind, path }) => !unitKinds.has(kind) && !/\/atjobs\/\.SEQ$|^\/etc\/nsswitch\.conf$/.test(path),
      ),
      lines.filter(({ path }) => !path.startsWith('/etc/systemd/')),
    ),
});
