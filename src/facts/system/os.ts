import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface OperatingSystem {
  /** As in os-release(5): `debian`, `ubuntu`. */
  readonly id: string;
  /** `12`, `24.04`; null for a rolling release. */
  readonly version: string | null;
  readonly codename: string | null;
  readonly name: string;
  /** Kernel release, for example `6.1.0-25-amd64`. */
  readonly kernel: string;
  /** As uname -m prints it: `x86_64`, `aarch64`. */
  readonly architecture: string;
  readonly hostname: string;
}

export const systemOs: Question<OperatingSystem> = {
  id: 'system.os',
  family: 'system',
  title: 'distribution, kernel, architecture',
  script: () => `${partFunctions}
part release cat /etc/os-release
part kernel uname -r
part machine uname -m
part hostname uname -n`,
  privileged: false,
  timeout: 5,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const release = partOf(parts, 'release').text;
    const field = (name: string): string | null =>
      new RegExp(`^${name}=(["']?)(.*)\\1$`, 'm').exec(release)?.[2]?.replaceAll(/\\(.)/g, '$1') ?? null;
    const id = field('ID');
    if (id === null) throw new Error('/etc/os-release does not name the system');
    return {
      id,
      version: field('VERSION_ID'),
      codename: field('VERSION_CODENAME'),
      name: field('PRETTY_NAME') ?? id,
      kernel: partOf(parts, 'kernel').text,
      architecture: partOf(parts, 'machine').text,
      hostname: partOf(parts, 'hostname').text,
    };
  },
};
