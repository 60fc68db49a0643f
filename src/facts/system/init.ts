import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

export interface Init {
  /** Name of process 1. */
  readonly process: string;
  /** Version and state (`running`, `degraded`, `starting` …) of systemd; null where it does not run. */
  readonly systemd: { readonly version: number; readonly state: string } | null;
  /** For example `lxc`, `docker`, `kvm`, `none`; null where nothing tells. */
  readonly virtualisation: string | null;
}

export const systemInit: Question<Init> = {
  id: 'system.init',
  family: 'system',
  title: 'init system, container or virtual machine',
  script: () => `${partFunctions}
part process cat /proc/1/comm
if [ -d /run/systemd/system ]; then
  part version systemctl --version
  part state systemctl is-system-running
fi
! command -v systemd-detect-virt >/dev/null || part virtualisation systemd-detect-virt`,
  privileged: false,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const version = /^systemd (\d+)/.exec(parts.get('version')?.text ?? '');
    if (parts.has('version') && version === null) throw new Error('systemctl told no version');
    return {
      process: partOf(parts, 'process').text,
      systemd: version === null ? null : { version: Number(version[1]), state: partOf(parts, 'state').text },
      virtualisation: parts.get('virtualisation')?.text || null,
    };
  },
};
