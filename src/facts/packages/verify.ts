import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface VerifiedPackages {
  /** Packages whose files were compared with the sums that dpkg keeps. */
  readonly packages: readonly string[];
  /** Programs and libraries of theirs that differ. */
  readonly changed: readonly { readonly path: string; readonly missing: boolean }[];
}

/** Packages that decide who gets in and what runs; small enough to be read each time. */
const verified = [
  'openssh-server',
  'openssh-client',
  'login',
  'passwd',
  'sudo',
  'libpam-modules',
  'libpam0g',
  'libpam-systemd',
  'bash',
  'dash',
  'coreutils',
  'util-linux',
  'procps',
  'iproute2',
  'nftables',
  'ufw',
  'apt',
  'dpkg',
  'gpgv',
  'cron',
  'libc6',
];

/** Files of installed packages against dpkg's own sums: a tool replaced in passing is seen, a careful intruder is not. */
export const packagesVerify: Question<VerifiedPackages> = {
  id: 'packages.verify',
  family: 'packages',
  title: 'files of login, shell and package tools that differ from their package',
  script: () => `${partFunctions}
command -v dpkg-query >/dev/null || exit 3
names=$(dpkg-query -W -f '\${db:Status-Status} \${Package}\\n' ${verified.join(' ')} 2>/dev/null | sed -n 's/^installed //p' | sort -u)
part names echo "$names"
# shellcheck disable=SC2086 # one word a package
part changed dpkg --verify $names`,
  privileged: true,
  timeout: 60,
  parse: ({ exitCode, stdout }) => {
    if (exitCode === 3) throw new Error('dpkg is not installed');
    const parts = readParts(stdout);
    const { status, text } = partOf(parts, 'changed');
    if (status > 1) throw new Error(`dpkg --verify ended with ${status}`);
    return {
      packages: partOf(parts, 'names').text.split('\n').filter(Boolean),
      changed: text.split('\n').flatMap((line) => {
        const match = /^(missing|\S{9}) +(?:([a-z]) )?(\/.*?)(?: \(.*\))?$/.exec(line);
        if (match === null) return [];
        const [, result = '', kind, path = ''] = match;
        // documents and caches may be missing on a system that was made small
        if (kind === 'c' || !/^\/(usr\/)?(s?bin|lib\w*)\//.test(path)) return [];
        return result === 'missing' || result[2] === '5' ? [{ path, missing: result === 'missing' }] : [];
      }),
    };
  },
};
