import { homePlaces, places, type PlaceKind } from './persistence-places.ts';

/**
 * Shell lines that put the places of these kinds which are there into `$@`, those in homes (at most
 * 300) included; all kinds without an argument. Ends the question where find or getent is missing.
 */
export function placesAsArguments(kinds: readonly PlaceKind[] = Object.keys(places) as PlaceKind[]): string {
  const inHomes = kinds.flatMap((kind) => homePlaces[kind] ?? []);
  return `if ! command -v getent >/dev/null || [ ! -x /usr/bin/find ]; then echo 'getent or find is missing' >&2; exit 127; fi
homes() { getent passwd | cut -d: -f6 | sort -u | head -n 300; }
set --
for place in ${kinds.flatMap((kind) => places[kind]).join(' ')}; do
  if [ -e "$place" ] || [ -L "$place" ]; then set -- "$@" "$place"; fi
done
while IFS= read -r home; do
  case $home in / | '' | [!/]*) continue ;; esac
  [ -d "$home" ] || continue
  for name in ${inHomes.join(' ') || '.none'}; do
    if [ -e "$home/$name" ] || [ -L "$home/$name" ]; then set -- "$@" "$home/$name"; fi
  done
done <<HOMES
$(homes)
HOMES
`;
}
