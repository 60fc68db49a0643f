import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** What is wanted and what is, in dpkg's words: `install ok installed`, `hold ok installed`. */
  readonly status: string;
}

export interface Dpkg {
  /** How many packages are installed as they should be. */
  readonly installed: number;
  /** Those that are held, half installed, half configured, or marked for installation again. */
  readonly odd: readonly InstalledPackage[];
  /** Programs of other times and their servers, as far as they are installed. */
  readonly insecure: readonly InstalledPackage[];
}

/** Packages whose programs talk in clear or trust by address (CIS Ubuntu 24.04 2.1 and 2.2). */
const insecure = [
  'telnet',
  'inetutils-telnet',
  'rsh-client',
  'rsh-redone-client',
  'inetutils-rsh',
  'talk',
  'nis',
  'ftp',
  'tnftp',
  'inetutils-ftp',
  'tftp',
  'tftp-hpa',
  'telnetd',
  'inetutils-telnetd',
  'rsh-server',
  'rsh-redone-server',
  'inetutils-inetd',
  'openbsd-inetd',
  'xinetd',
  'tftpd',
  'tftpd-hpa',
  'ypserv',
];

/** What dpkg has written down, by one pass over its status file. */
export const packagesDpkg: Question<Dpkg> = {
  id: 'packages.dpkg',
  family: 'packages',
  title: 'packages held back, half installed, or of insecure programs',
  script: () => `${partFunctions}
[ -f /var/lib/dpkg/status ] || exit 3
packages() {
  awk -v insecure=' ${insecure.join(' ')} ' '
    function tell() {
      if (name == "") return
      if (status == "install ok installed") { installed++; if (index(insecure, " " name " ")) print "insecure", name, version, status }
      else if (status !~ /^(deinstall|purge) ok (config-files|not-installed)$/) print "odd", name, version, status
      name = status = ""; version = "-"
    }
    BEGIN { version = "-" }
    /^Package: / { name = $2 }
    /^Status: / { status = substr($0, 9) }
    /^Version: / { version = $2 }
    /^$/ { tell() }
    END { tell(); print "installed", installed + 0 }' /var/lib/dpkg/status
}
part packages packages`,
  privileged: false,
  timeout: 10,
  parse: ({ exitCode, stdout }) => {
    if (exitCode === 3) throw new Error('dpkg is not installed');
    const { status, text } = partOf(readParts(stdout), 'packages');
    const lines = text.split('\n');
    const installed = /^installed (\d+)$/.exec(lines.at(-1) ?? '')?.[1];
    if (status !== 0 || installed === undefined) throw new Error('the status of dpkg could not be read to its end');
    const told = (kind: string): readonly InstalledPackage[] =>
      lines.flatMap((line) => {
        const [word, name = '', version = '', ...rest] = line.split(' ');
        return word === kind ? [{ name, version, status: rest.join(' ') }] : [];
      });
    return { installed: Number(installed), odd: told('odd'), insecure: told('insecure') };
  },
};
