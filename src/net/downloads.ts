import pLimit from 'p-limit';
import type { Downloads } from '../core/downloads.ts';
import { createAgent } from './agent.ts';
import type { Door } from './door.ts';
import { fetchFile } from './fetch-file.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { proxySettings } from './proxy.ts';
import { readDocument } from './read-document.ts';
import { trustedRoots } from './roots.ts';

export interface DownloadsOptions {
  readonly trees: Door['trees'];
  /** `--unsafe-http`: `http:` is allowed, at loopback addresses. */
  readonly insecure: boolean;
  /** A PEM file of certificate authorities to trust besides those of the system. */
  readonly caFile: Uint8Array | undefined;
  /** For `https_proxy` and `no_proxy`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly limits?: Partial<Limits>;
}

/** Opens the door to the network; nothing is sent yet. Throws CONFIG_INVALID, CONFIG_ENVIRONMENT. */
export function openDownloads(context: Door['context'], options: DownloadsOptions): Downloads {
  const limits = { ...defaultLimits, ...options.limits };
  const proxy = proxySettings(options.environment);
  const door: Door = {
    context,
    trees: options.trees,
    agent: createAgent(limits, proxy, trustedRoots(options.caFile)),
    limits,
    insecure: options.insecure,
    proxy: proxy.name,
  };
  const gate = pLimit(limits.parallel);
  return {
    fetch: (request) => gate(() => fetchFile(door, request)),
    read: (request) => gate(() => readDocument(door, request)),
    close: () => door.agent.destroy(),
  };
}
