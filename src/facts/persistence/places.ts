import type { Question } from '../../core/fact.ts';
import { type ListedFile, listFunctions, readListedFiles } from '../listed-files.ts';
import { kindOf, type PlaceKind } from '../persistence-places.ts';
import { placesAsArguments } from '../persistence-roots.ts';

export interface Place extends ListedFile {
  readonly kind: PlaceKind;
}

export interface Places {
  /**
   * Files and links that no package owns, that differ from their package, or that somebody else
   * than root may change; directories of the last kind alone. By path.
   */
  readonly places: readonly Place[];
  /** How many others there are: as their packages brought them, and root's. */
  readonly packaged: number;
}

/** Every file by which the host runs code or grants power without being asked. Homes: at most 300. */
export const persistencePlaces: Question<Places> = {
  id: 'persistence.places',
  family: 'persistence',
  title: 'files by which code is run or power granted, other than as packages brought them',
  script: () => `${listFunctions}${placesAsArguments()}{
  walk 8192 -H "$@" -maxdepth 8
  printf '%s' "$strays" | while IFS= read -r place; do walk 8192 "$place" -maxdepth 0; done
} | with_packages odd`,
  privileged: true,
  timeout: 20,
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) throw new Error(stderr.trim() || `the walk ended with ${exitCode}`);
    const { files, left } = readListedFiles(stdout);
    return { places: files.map((file) => ({ kind: kindOf(file.path), ...file })), packaged: left };
  },
};
