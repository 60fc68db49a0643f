import { homePlaces, places, type PlaceKind } from './persistence-places.ts';

/**
 * Shell lines that put the places of these kinds which are there into `$@`, those in homes (at most
 * 300) included; all kinds without an argument. Ends the question where find or getent is missing.
 * A place of a home that is a link to a directory elsewhere or to a file of the kernel, or that holds more than
 * 4000 names, goes into `$strays`, one a line: followed, it would make a home as large as the disk, or hang.
 */
export function placesAsArguments(kinds: readonly PlaceKind[] = Object.keys(places) as PlaceKind[]): string {
  const inHomes = kinds.flatMap((kind) => homePlaces[kind] ?? []);
  return `if ! command -v getent >/dev/null || [ ! -x /usr/bin/find ]; then echo 'getent or find is missing' >&2; exit 127; fi
stray() {
  strays="$strays$1
"
}
homes() { getent passwd | cut -d: -f6 | sort -u | head -n 300; }
set --
strays=
for place in ${kinds.flatMap((kind) => places[kind]).join(' ')}; do
  if [ -e "$place" ] || [ -L "$place" ]; then set -- "$@" "$place"; fi
done
while IFS= read -r home; do
  case $home in / | '' | [!/]*) continue ;; esac
  [ -d "$home" ] || continue
  for name in ${inHomes.join(' ') || '.none'}; do
    [ -e "$home/$name" ] || [ -L "$home/$name" ] || continue
    if [ -L "$home/$name" ]; then
      real=$(readlink -f -- "$home/$name")
      case $real in
        /proc/* | /sys/*) stray "$home/$name"; continue ;;
        "$(readlink -f -- "$home")"/*) ;;
        *) if [ -d "$home/$name" ]; then stray "$home/$name"; continue; fi ;;
      esac
    fi
    if [ -d "$home/$name" ]; then
      [ "$(/usr/bin/find -H "$home/$name" -maxdepth 8 -printf x 2>/dev/null | head -c 4001 | wc -c)" -le 4000 ] || { stray "$home/$name"; continue; }
    fi
    set -- "$@" "$home/$name"
  done
done <<HOMES
$(homes)
HOMES
`;
}
