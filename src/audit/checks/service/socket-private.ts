import { serviceSockets } from '../../../facts/service-sockets.ts';
import { ofBoth } from '../../both-profiles.ts';
import { type Check, defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { noServices, onDemand } from '../../service-check.ts';

const text = {
  id: 'service.socket-private',
  title: 'a Unix socket and its directory are open to its own user only',
  why: 'A socket has no login: whoever may open it may ask everything.',
  severity: 'high',
  expectations: ofBoth('directory 0700, socket 0600', 'unix(7)'),
  remediation: 'RuntimeDirectoryMode=0700 and UMask=0177 in its unit; chmod 0700 <DIRECTORY>; chmod 0600 <SOCKET>',
  ...onDemand,
} as const;

export const socketPrivate: Check = {
  ...text,
  questions: ({ services = [] }) => {
    const paths = services.flatMap(({ socket }) => socket ?? []);
    return paths.length === 0 ? [] : [serviceSockets(paths)];
  },
  judge(snapshot, policy) {
    const paths = (policy.services ?? []).flatMap(({ socket }) => socket ?? []);
    if (paths.length === 0) return noServices(snapshot.name, 'Unix sockets');
    return defineCheck({
      ...text,
      needs: { sockets: serviceSockets(paths) },
      evaluate: ({ sockets }) =>
        sockets.map(({ path, socket, directory }): Judgement => {
          if (socket === null || directory === null)
            return { status: 'unknown', subject: path, evidence: 'there is nothing of that name' };
          if (socket.type !== 'socket')
            return { status: 'fail', subject: path, expected: 'a socket', actual: socket.type, file: path };
          const isOpen = (mode: string): boolean => (Number.parseInt(mode, 8) & 0o077) !== 0;
          return {
            status: isOpen(socket.mode) || isOpen(directory.mode) ? 'fail' : 'pass',
            subject: path,
            expected: 'directory 0700, socket 0600',
            actual: `directory ${directory.mode} of ${directory.owner}, socket ${socket.mode} of ${socket.owner}`,
            file: path,
          };
        }),
    }).judge(snapshot, policy);
  },
};
