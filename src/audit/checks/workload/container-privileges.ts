import { containerCheck } from '../../containers-judged.ts';

/** Capabilities that amount to root of the host, capabilities(7). */
const mighty =
  /^(CAP_)?(ALL|SYS_ADMIN|SYS_MODULE|SYS_PTRACE|SYS_RAWIO|SYS_BOOT|DAC_READ_SEARCH|BPF|MAC_ADMIN|NET_ADMIN)$/;

/** Places of the host that hold its keys, or its power. */
const places =
  /^\/$|^\/(etc|root|home|boot|dev|proc|sys|usr|var\/lib\/(docker|containers))?$|\/(docker|podman|containerd|crio)\.sock$|^(\/var)?\/run(\/(docker|podman|containerd))?$/;

export const containerPrivileges = containerCheck({
  id: 'workload.container-privileges',
  title: 'no container has the power of the host: privileged, its socket, its namespaces, its directories',
  why: 'Each of these is root of the host for whoever breaks into the container, in one command.',
  severity: 'critical',
  cadence: 'weekly',
  want: 'not privileged, no engine socket, no host namespace but the network, no system directory',
  source: 'CIS Docker, container runtime; Docker docs: security; Nuttoo: Security, Sandboxing',
  remediation:
    'Start it anew without --privileged, --pid=host, --ipc=host, --cap-add, and without mounts of the engine or the system',
  faults: ({ privileged, capabilitiesAdded, pid, ipc, mounts }) => [
    ...(privileged ? ['privileged'] : []),
    ...capabilitiesAdded.filter((one) => mighty.test(one)).map((one) => `capability ${one}`),
    ...(pid === 'host' ? ["the host's processes"] : []),
    ...(ipc === 'host' ? ["the host's shared memory"] : []),
    ...mounts.filter(({ source }) => places.test(source)).map(({ source }) => `mount of ${source}`),
  ],
});
