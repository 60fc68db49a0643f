import type { PostRequest, Posts } from '../core/posts.ts';
import { ValopsError } from '../lib/errors.ts';
import { allowedAddress } from './address.ts';
import { createAgent } from './agent.ts';
import { attempts } from './attempts.ts';
import type { Door } from './door.ts';
import type { DownloadsOptions } from './downloads.ts';
import { explainFault } from './explain.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { proxySettings } from './proxy.ts';
import { trustedRoots } from './roots.ts';
import { Setback } from './setback.ts';
import { request, type Dispatcher } from './undici.ts';

/** For messages of some KiB, which somebody waits for. */
const limitsOfPosts: Limits = {
  ...defaultLimits,
  connect: 10_000,
  response: 15_000,
  silence: 15_000,
  document: 60_000,
  attempts: 4,
  firstDelay: 1_000,
  longestDelay: 10_000,
  longestWait: 30_000,
};

/** Bytes of an answer that are read to keep the connection in order; what it says is of no interest. */
const answerLimit = 64 * 1024;

/** Opens the door for messages; nothing is sent yet. Throws CONFIG_INVALID, CONFIG_ENVIRONMENT. */
export function openPosts(
  context: Pick<Door['context'], 'clock' | 'randomBytes' | 'tool'>,
  options: Omit<DownloadsOptions, 'trees'>,
): Posts {
  const limits = { ...limitsOfPosts, ...options.limits };
  const proxy = proxySettings(options.environment);
  const agent = createAgent(limits, proxy, trustedRoots(options.caFile));
  // what is tried again and then succeeds is nothing to tell
  const quiet = { ...context, events: { emit: () => undefined } };
  return {
    async post(asked) {
      const url = addressOf(asked, options.insecure);
      const own = { context: quiet, limits: { ...limits, attempts: asked.attempts ?? limits.attempts } };
      await attempts(own, { title: asked.title, time: limits.document, reached: () => 0 }, ({ signal }) =>
        send({ asked, url, agent, signal, limits, proxy: proxy.name, version: context.tool.version }),
      );
    },
    close: () => agent.destroy(),
  };
}

interface Sending {
  readonly asked: PostRequest;
  readonly url: URL;
  readonly agent: Dispatcher;
  readonly signal: AbortSignal;
  readonly limits: Limits;
  readonly proxy: string | undefined;
  readonly version: string;
}

async function send({ asked, url, agent, signal, limits, proxy, version }: Sending): Promise<void> {
  const { title, contentType, body } = asked;
  let status: number;
  let after: string | undefined;
  try {
    const response = await request(url, {
      method: 'POST',
      dispatcher: agent,
      headers: { 'content-type': contentType, 'user-agent': `valops/${version}`, 'accept-encoding': 'identity' },
      body,
      signal,
    });
    status = response.statusCode;
    after = [response.headers['retry-after'] ?? []].flat()[0];
    response.body.on('error', () => undefined);
    await response.body.dump({ limit: answerLimit, signal }).catch(() => undefined);
  } catch (error) {
    throw explainFault(error, { title, url, proxy, doing: 'reach' });
  }
  if (status >= 200 && status < 300) return;
  const said = status >= 300 && status < 400 ? `${status}, a redirect, which is not followed` : `${status}`;
  const error = new ValopsError('DOWNLOAD_FAILED', `"${title}" at "${url.host}" answered ${said}`, {
    hint:
      status >= 500
        ? 'Its server has a fault: see whether it is up.'
        : 'Check its address in the file: the service may have moved, or the hook was revoked.',
  });
  const passes = [408, 425, 429].includes(status) || status >= 500;
  const wait = after !== undefined && /^\d{1,5}$/.test(after) ? Number(after) * 1000 : undefined;
  throw passes && (wait ?? 0) <= limits.longestWait ? new Setback(error, wait) : error;
}

/** The address, whose path is not told when it may not be used. */
function addressOf({ url, title }: PostRequest, insecure: boolean): URL {
  try {
    return allowedAddress(url, insecure);
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    throw new ValopsError(error.code, `the address of "${title}" may not be used: it is not an https address`, {
      hint: insecure
        ? 'With --unsafe-http it may be http at a loopback address; anything else begins with https://'
        : 'Its file must hold one address that begins with https://',
    });
  }
}
