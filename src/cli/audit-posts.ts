import type { Context } from '../core/context.ts';
import type { Posts } from '../core/posts.ts';

/** The network for deliveries; it is opened by the first message. */
export interface LazyPosts {
  posts(): Promise<Posts>;
  close(): Promise<void>;
}

/** Makes it. With `insecure`, `http:` is allowed to loopback, and the journal knows. */
export function lazyPosts(context: Context, insecure: boolean): LazyPosts {
  let opened: Promise<Posts> | undefined;
  const open = async (): Promise<Posts> => {
    if (insecure)
      context.journal.begin({ action: 'audit.unsafe-http', purpose: 'deliver without TLS to this machine' }).done();
    const { openPosts } = await import('../net/posts.ts');
    return openPosts(context, { insecure, caFile: undefined, environment: process.env });
  };
  return {
    posts: () => (opened ??= open()),
    async close() {
      const one = await opened?.catch(() => undefined);
      await one?.close();
    },
  };
}
