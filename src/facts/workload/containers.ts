import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readWholeParts } from '../parts.ts';

/** How one running container is shut in, as its engine tells root. */
export interface Container {
  readonly engine: 'docker' | 'podman';
  readonly name: string;
  /** As it was asked for, for example `postgres:16`, or with `@sha256:…`. */
  readonly image: string;
  /** Of the process, for example `1000:1000`; empty: as the image says, root where it says nothing. */
  readonly user: string;
  readonly privileged: boolean;
  readonly readOnly: boolean;
  /** For example `no-new-privileges`, `seccomp=unconfined`. */
  readonly securityOptions: readonly string[];
  readonly capabilitiesAdded: readonly string[];
  readonly capabilitiesDropped: readonly string[];
  /** `host` where it shares the host's. */
  readonly network: string;
  readonly pid: string;
  readonly ipc: string;
  /** Bytes; 0: no bound. */
  readonly memory: number;
  /** Null: no bound. */
  readonly processes: number | null;
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly writable: boolean }[];
  /** Addresses of the host, `address:port`, that lead into it; the address is empty for all of them. */
  readonly published: readonly string[];
}

const fields = [
  '.Name',
  '.Config.Image',
  '.Config.User',
  '.HostConfig.Privileged',
  '.HostConfig.ReadonlyRootfs',
  '.HostConfig.SecurityOpt',
  '.HostConfig.CapAdd',
  '.HostConfig.CapDrop',
  '.HostConfig.NetworkMode',
  '.HostConfig.PidMode',
  '.HostConfig.IpcMode',
  '.HostConfig.Memory',
  '.HostConfig.PidsLimit',
  '.Mounts',
  '.HostConfig.PortBindings',
];
const template = `[${fields.map((field) => `{{json ${field}}}`).join(',')}]`;

const mostContainers = 200;

/** Asks docker and podman, as root, for running containers; null where there is neither. Containers of rootless engines are not seen. */
export const workloadContainers: Question<readonly Container[] | null> = {
  id: 'workload.containers',
  family: 'workload',
  title: 'running containers of docker and podman: privileges, mounts, images',
  script: () => `${partFunctions}
inspect() {
  ids=$(timeout 10 "$1" ps -q --no-trunc) || return
  [ -z "$ids" ] || printf '%s\\n' "$ids" | head -n ${mostContainers + 1} | timeout 8 xargs "$1" inspect --type container --format '${template}'
}
for engine in docker podman; do
  command -v "$engine" >/dev/null || continue
  # a client without its daemon: nothing runs by it
  if [ "$engine" = docker ] && [ -z "\${DOCKER_HOST-}" ] && [ ! -S /run/docker.sock ] && [ ! -S /var/run/docker.sock ] && ! pidof dockerd >/dev/null; then continue; fi
  if [ "$engine" = podman ] || ! docker --version 2>/dev/null | grep -qi podman; then part "$engine" inspect "$engine"; fi
done
echo '=end 0'`,
  privileged: true,
  timeout: 25,
  parse: ({ stdout, stderr }) => {
    const parts = readWholeParts(stdout);
    const engines = (['docker', 'podman'] as const).filter((engine) => parts.has(engine));
    if (engines.length === 0) return null;
    return engines.flatMap((engine) => {
      const { status, text } = partOf(parts, engine);
      if (status === 124) throw new Error(`${engine} did not answer in time`);
      if (status !== 0)
        throw new Error(
          `${engine} did not tell: ${stderr.trim().split('\n').at(-1)?.slice(0, 200) || `status ${status}`}`,
        );
      const lines = text.split('\n').filter(Boolean);
      if (lines.length > mostContainers) throw new Error(`more than ${mostContainers} containers: not looked at`);
      return lines.map((line) => readContainer(engine, line));
    });
  },
};

function readContainer(engine: Container['engine'], line: string): Container {
  let told: unknown;
  try {
    told = JSON.parse(line);
  } catch {
    throw new Error(`${engine} inspect is not understood`);
  }
  if (!Array.isArray(told) || told.length !== fields.length) throw new Error(`${engine} inspect is not understood`);
  const field = (name: string): unknown => (told as readonly unknown[])[fields.indexOf(name)];
  const word = (name: string): string => textOf(field(name));
  const words = (name: string): readonly string[] => listOf(field(name)).map(textOf);
  const processes = Number(field('.HostConfig.PidsLimit') ?? 0);
  const bindings = field('.HostConfig.PortBindings');
  return {
    engine,
    name: word('.Name').replace(/^\//, ''),
    image: word('.Config.Image'),
    user: word('.Config.User'),
    privileged: field('.HostConfig.Privileged') === true,
    readOnly: field('.HostConfig.ReadonlyRootfs') === true,
    securityOptions: words('.HostConfig.SecurityOpt'),
    capabilitiesAdded: words('.HostConfig.CapAdd'),
    capabilitiesDropped: words('.HostConfig.CapDrop'),
    network: word('.HostConfig.NetworkMode'),
    pid: word('.HostConfig.PidMode'),
    ipc: word('.HostConfig.IpcMode'),
    memory: Number(field('.HostConfig.Memory')) || 0,
    processes: processes > 0 ? processes : null,
    mounts: listOf(field('.Mounts')).map((mount) => ({
      source: textOf(memberOf(mount, 'Source')),
      target: textOf(memberOf(mount, 'Destination')),
      writable: memberOf(mount, 'RW') === true,
    })),
    published: (typeof bindings === 'object' && bindings !== null ? Object.values(bindings) : []).flatMap((ends) =>
      listOf(ends).map((end) => `${textOf(memberOf(end, 'HostIp'))}:${textOf(memberOf(end, 'HostPort'))}`),
    ),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
