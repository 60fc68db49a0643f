import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface Swap {
  /** Swap in use. `encrypted`: it lies on dm-crypt; `memory`: it is zram, which has no disk. */
  readonly active: readonly { readonly path: string; readonly kind: 'encrypted' | 'memory' | 'clear' }[];
  /** Lines of fstab(5) that would bring swap at the next boot. */
  readonly declared: readonly { readonly path: string; readonly line: number }[];
}

/** Swap: memory, keys included, that is written to a disk. */
export const kernelSwap: Question<Swap> = {
  id: 'kernel.swap',
  family: 'kernel',
  title: 'swap in use, whether it is encrypted, and in fstab',
  script: () => `${partFunctions}
encrypted() {
  uuid=
  [ ! -r "/sys/class/block/$1/dm/uuid" ] || read -r uuid <"/sys/class/block/$1/dm/uuid"
  case $uuid in CRYPT-*) return 0 ;; esac
  set -- "/sys/class/block/$1/slaves"/*
  [ -e "$1" ] || return 1
  for slave; do encrypted "\${slave##*/}" || return 1; done
}
active() {
  while read -r path type _; do
    case $path in Filename) continue ;; esac
    if [ "$type" = file ]; then device=$(df --output=source -- "$path" 2>/dev/null | tail -n 1); else device=$path; fi
    device=$(readlink -f -- "$device")
    device=\${device##*/}
    case $device in
      zram*) echo "memory $path" ;;
      *) if encrypted "$device"; then echo "encrypted $path"; else echo "clear $path"; fi ;;
    esac
  done </proc/swaps
}
declared() { grep -ansE '^[[:space:]]*[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap([[:space:]]|$)' /etc/fstab; }
[ -r /proc/swaps ] || exit 3
part active active
part declared declared`,
  privileged: false,
  timeout: 5,
  parse: ({ exitCode, stdout }) => {
    if (exitCode === 3) throw new Error('/proc/swaps could not be read');
    const parts = readParts(stdout);
    const lines = (name: string): readonly string[] => partOf(parts, name).text.split('\n').filter(Boolean);
    return {
      active: lines('active').map((line) => {
        const [kind, ...path] = line.split(' ');
        return { path: path.join(' '), kind: kind === 'encrypted' || kind === 'memory' ? kind : 'clear' };
      }),
      declared: lines('declared').map((line) => {
        const colon = line.indexOf(':');
        return {
          path:
            line
              .slice(colon + 1)
              .trim()
              .split(/\s+/)[0] ?? '',
          line: Number(line.slice(0, colon)),
        };
      }),
    };
  },
};
