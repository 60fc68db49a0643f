import type { Question } from '../../core/fact.ts';
import { compareDebianVersions } from '../debian-version.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface PendingUpdate {
  readonly name: string;
  readonly installed: string;
  /** The highest version in the lists of security updates. */
  readonly offered: string;
}

export interface SecurityUpdates {
  /** Seconds since 1970 by the host's clock, when apt last fetched a list; null: never. */
  readonly fetchedAt: number | null;
  /** Seconds since 1970 by the host's clock. */
  readonly now: number;
  /** Lists of security updates, as files of /var/lib/apt/lists. */
  readonly lists: readonly string[];
  /** Installed packages for which those lists offer a higher version. Holds and pins do not count. */
  readonly pending: readonly PendingUpdate[];
}

/**
 * Security updates that are not installed, from the lists that apt has fetched: `apt-get -s upgrade`
 * would need seconds of processor time for the same. An unchanged list is not written again, but
 * security lists change every few days.
 */
export const packagesUpdates: Question<SecurityUpdates> = {
  id: 'packages.updates',
  family: 'packages',
  title: 'security updates not installed, and the age of the lists',
  script: () => `${partFunctions}
lists=/var/lib/apt/lists
helper=/usr/lib/apt/apt-helper
[ -d "$lists" ] || exit 3
stamps() {
  for path in "$lists"/*Release /var/lib/apt/periodic/update-stamp /var/lib/apt/periodic/update-success-stamp; do
    [ ! -f "$path" ] || stat -c '%Z' -- "$path"
  done | sort -rn | head -n 1
}
names() { for path in "$lists"/*[-_]security_*_Packages*; do [ ! -f "$path" ] || echo "\${path##*/}"; done; }
offered() {
  set -- "$lists"/*[-_]security_*_Packages*
  [ -f "$1" ] || return 0
  [ -x "$helper" ] || return 3
  { awk '
      function tell() { if (status == "ok installed") print "Have:", name, version; name = version = status = "" }
      /^Package: / { name = $2 }
      /^Status: / { status = $3 " " $4 }
      /^Version: / { version = $2 }
      /^$/ { tell() }
      END { tell() }' /var/lib/dpkg/status
    for path; do "$helper" cat-file "$path" || echo Broken:; done
  } | awk '
    $1 == "Have:" { have[$2] = $3; next }
    $1 == "Broken:" { broken = 1 }
    $1 == "Package:" { name = $2 }
    $1 == "Version:" && (name in have) && have[name] != $2 { print name, have[name], $2 }
    END { exit broken ? 4 : 0 }'
}
part now date +%s
part stamps stamps
part names names
part offered offered`,
  privileged: false,
  timeout: 30,
  parse: ({ exitCode, stdout }) => {
    if (exitCode === 3) throw new Error('apt is not installed');
    const parts = readParts(stdout);
    const { status, text } = partOf(parts, 'offered');
    if (status !== 0) throw new Error('a list of apt could not be read');
    const now = Number(partOf(parts, 'now').text);
    if (!Number.isSafeInteger(now) || now === 0) throw new Error('the clock told no number');
    const highest = new Map<string, PendingUpdate>();
    for (const line of text.split('\n')) {
      const [name = '', installed = '', offered = ''] = line.split(' ');
      if (offered === '' || compareDebianVersions(offered, installed) <= 0) continue;
      const known = highest.get(name);
      if (known === undefined || compareDebianVersions(offered, known.offered) > 0)
        highest.set(name, { name, installed, offered });
    }
    const stamp = partOf(parts, 'stamps').text;
    return {
      fetchedAt: stamp === '' ? null : Number(stamp),
      now,
      lists: partOf(parts, 'names').text.split('\n').filter(Boolean),
      pending: [...highest.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    };
  },
};
