import type { Context } from '../../core/context.ts';
import type { Host } from '../../core/host.ts';
import { ValopsError } from '../../lib/errors.ts';
import { makeEnvelope } from '../envelope.ts';
import { createReply } from '../reply.ts';

export interface LocalHostOptions {
  readonly name: string;
  readonly user: string;
  readonly home: string;
  /** Logs in to this machine over loopback; null without a key to do so. */
  readonly reconnect: Host['reconnect'];
}

/** This machine, by the process door. */
export function createLocalHost(
  { processes, randomBytes }: Pick<Context, 'processes' | 'randomBytes'>,
  { name, user, home, reconnect }: LocalHostOptions,
): Host {
  return {
    name,
    kind: 'local',
    login: { user, from: undefined, to: undefined, keyFingerprint: undefined },
    async run(request) {
      const { argv, input, nonce } = makeEnvelope(request, randomBytes(8));
      const reply = createReply(name, nonce);
      const result = await processes.run(argv, {
        env: { HOME: home, PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
        cwd: '/',
        timeout: request.timeout,
        input,
        sinks: reply,
      });
      if (result.timedOut) {
        throw new ValopsError('HOST_TIMEOUT', `"${name}" did not finish the command within ${request.timeout} ms`, {
          hint: 'See what keeps it busy: uptime; ps aux',
        });
      }
      return reply.result(result.exitCode);
    },
    reconnect,
    close: () => Promise.resolve(),
  };
}
