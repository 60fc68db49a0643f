import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface ModuleRule {
  /** With underscores, as the kernel writes names. */
  readonly module: string;
  /** `blacklist`: not loaded for hardware; `install`: a program runs in place of loading. */
  readonly kind: 'blacklist' | 'install';
  /** Of `install`. */
  readonly command: string;
  readonly file: string;
  readonly line: number;
}

export interface KernelModules {
  /** Loaded modules; taints in letters of the kernel, for example `OE`: not of its tree, not signed. */
  readonly loaded: readonly { readonly name: string; readonly taints: string }[];
  readonly rules: readonly ModuleRule[];
  /** Modules looked at by checks that this kernel has, as files or built in; null without a folder of modules. */
  readonly present: readonly string[] | null;
}

const looked = [
  ...['cramfs', 'freevxfs', 'hfs', 'hfsplus', 'jffs2', 'usb-storage'],
  ...['dccp', 'tipc', 'rds', 'sctp'],
];

/** Modules of the kernel, and what modprobe may not load. */
export const kernelModules: Question<KernelModules> = {
  id: 'kernel.modules',
  family: 'kernel',
  title: 'kernel modules loaded, their taints, and what may not be loaded',
  script: () => `${partFunctions}
rules() {
  for directory in /etc/modprobe.d /run/modprobe.d /usr/local/lib/modprobe.d /usr/lib/modprobe.d /lib/modprobe.d; do
    [ "$directory" != /lib/modprobe.d ] || [ ! -L /lib ] || continue
    for path in "$directory"/*.conf; do [ ! -f "$path" ] || printf '%s\\0' "$path"; done
  done | xargs -0r grep -anHE '^[[:space:]]*(blacklist|install)[[:space:]]' /dev/null
  :
}
loaded() { [ ! -r /proc/modules ] || sed 's/^\\([^ ]*\\) .* 0x[0-9a-f]*/\\1/' /proc/modules; }
part loaded loaded
part rules rules
folder=/lib/modules/$(uname -r)
present() { sed -n 's/.*\\/\\(${looked.join('\\|')}\\)\\.ko.*/\\1/p; s/:.*//' "$folder/modules.dep" "$folder/modules.builtin" 2>/dev/null; }
[ ! -d "$folder" ] || part present present`,
  privileged: false,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const lines = (name: string): readonly string[] => partOf(parts, name).text.split('\n').filter(Boolean);
    return {
      loaded: lines('loaded').map((line) => {
        const [name = '', taints = ''] = line.split(' ');
        return { name, taints: taints.replaceAll(/[()]/g, '') };
      }),
      rules: lines('rules').flatMap((line): ModuleRule[] => {
        const match = /^(\/.*?):(\d+):\s*(blacklist|install)\s+(\S+)\s*(.*)$/.exec(line);
        if (match === null) return [];
        const [, file = '', number = '', kind, module = '', command = ''] = match;
        return [
          {
            module: module.replaceAll('-', '_'),
            kind: kind === 'install' ? 'install' : 'blacklist',
            command: command.trim(),
            file,
            line: Number(number),
          },
        ];
      }),
      present: parts.has('present') ? [...new Set(lines('present'))].toSorted() : null,
    };
  },
};
