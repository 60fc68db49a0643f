import { filesystemCapabilities } from '../../../facts/filesystem/capabilities.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

const known = new Set([
  'ping',
  'ping4',
  'ping6',
  'arping',
  'mtr-packet',
  'newuidmap',
  'newgidmap',
  'traceroute6.iputils',
  'clockdiff',
  'dumpcap',
  'gst-ptp-helper',
  'fping',
  'snap-confine',
  'systemd-detect-virt',
]);

/** What pinned binaries of a validator may be given: network and scheduling, nothing that reads other files. */
const harmless = new Set([
  'cap_net_raw',
  'cap_net_admin',
  'cap_net_bind_service',
  'cap_ipc_lock',
  'cap_sys_nice',
  'cap_sys_resource',
  'cap_bpf',
  'cap_perfmon',
]);

export const capabilitiesKnown = defineCheck({
  id: 'filesystem.capabilities-known',
  title: 'no program is given powers of root by file capabilities that nobody declared',
  why: 'cap_setuid or cap_dac_override on any interpreter is root for everybody, and no search for setuid files finds it.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth('those of packages, and network powers of pinned binaries', 'capabilities(7); agave docs: XDP'),
  remediation: 'getcap <FILE>; setcap -r <FILE>',
  needs: { files: filesystemCapabilities },
  evaluate: ({ files }, { binariesPrefix }, { name: host }) =>
    orPass(
      files.flatMap(({ path, capabilities, package: from, changed, owner, mode }) => {
        const powers = capabilities.match(/cap_\w+/g) ?? ['all'];
        const pinned =
          path.startsWith(`${binariesPrefix}/`) && owner === 'root' && powers.every((one) => harmless.has(one));
        const shipped = from !== null && changed !== true && known.has(path.slice(path.lastIndexOf('/') + 1));
        if (pinned || shipped) return [];
        const evidence = from === null ? 'of no package' : `"${from}" does not bring it so`;
        return [
          {
            status: 'fail',
            subject: path,
            expected: 'no capabilities',
            actual: capabilities,
            file: path,
            evidence: `${evidence}; ${mode} ${owner}`,
          },
        ];
      }),
      host,
      `${files.length} files`,
    ),
});
