import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface NetworkLinks {
  readonly interfaces: readonly {
    readonly name: string;
    /** Takes packets that are not for it, by its flags or because a program asked. */
    readonly promiscuous: boolean;
    /** Bridge or bond it belongs to: such a member has to be promiscuous. */
    readonly master: string | null;
    readonly wireless: boolean;
    readonly up: boolean;
  }[];
  /** Programs that hold a socket which sees every packet, sorted; null where it is not told. */
  readonly packetPrograms: readonly string[] | null;
}

/** Interfaces, and who listens to everything that passes them. */
export const networkLinks: Question<NetworkLinks> = {
  id: 'network.links',
  family: 'network',
  title: 'network interfaces: promiscuous, wireless; programs with packet sockets',
  script: () => `${partFunctions}
command -v ip >/dev/null || { echo 'ip is not installed' >&2; exit 127; }
part links ip -o -d link show
wireless() { for path in /sys/class/net/*/wireless; do [ ! -e "$path" ] || { path=\${path%/wireless}; echo "\${path##*/}"; }; done; }
part wireless wireless
! command -v ss >/dev/null || part sockets ss -H -0 -a -n -p
[ ! -r /proc/net/packet ] || part packet cat /proc/net/packet`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout, stderr }) => {
    const parts = readParts(stdout);
    const links = parts.get('links');
    if (links === undefined || links.status !== 0)
      throw new Error(stderr.trim() || 'the interfaces could not be listed');
    const wireless = partOf(parts, 'wireless').text.split('\n');
    const interfaces = links.text.split('\n').flatMap((line) => {
      const [, name, flags] = /^\d+: ([^:@\s]+)(?:@\S+)?: <([^>]*)>/.exec(line) ?? [];
      if (name === undefined || flags === undefined) return [];
      const asked = Number(/ promiscuity (\d+)/.exec(line)?.[1] ?? 0) > 0;
      return [
        {
          name,
          promiscuous: asked || flags.split(',').includes('PROMISC'),
          master: / master (\S+)/.exec(line)?.[1] ?? null,
          wireless: wireless.includes(name),
          up: flags.split(',').includes('UP'),
        },
      ];
    });
    if (interfaces.length === 0) throw new Error('the interfaces could not be listed');
    const sockets = parts.get('sockets');
    const open = parts.get('packet')?.text.split('\n').filter(Boolean).length ?? 0;
    const programs = [...(sockets?.text.matchAll(/\("([^"]+)",pid=/g) ?? [])].map(([, name = '']) => name);
    return {
      interfaces,
      packetPrograms:
        sockets === undefined || sockets.status !== 0
          ? open === 1 && parts.has('packet')
            ? []
            : null
          : [...new Set(programs)].toSorted(),
    };
  },
};
