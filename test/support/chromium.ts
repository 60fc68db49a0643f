import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { findProgram } from '../../src/hosts/local/program-path.ts';

/** Debian's `chromium`; null where it is not installed. */
export const chromium = findProgram('chromium', process.env['PATH'] ?? '');

/** What a page told while it was open: Chrome DevTools Protocol, `method` and `params`. */
export interface PageEvent {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** One tab. */
export interface Page {
  /** Every event so far, of the domains that were enabled. */
  readonly events: readonly PageEvent[];
  call(method: string, params?: object): Promise<Record<string, unknown>>;
  /** The value of an expression, as JSON holds it. Throws what the page throws. */
  evaluate<T>(expression: string): Promise<T>;
  /** Opens an address and waits until it is loaded. */
  open(address: string): Promise<void>;
}

export interface Browser {
  newPage(): Promise<Page>;
  /** Ends it and removes its profile. */
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** Starts a headless browser that can reach no host, spoken to by pipes: no port is opened. */
export function startChromium(program: string): Browser {
  const profile = mkdtempSync(join(tmpdir(), 'valops-chromium-'));
  const child = spawn(
    program,
    [
      '--headless=new',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      '--no-sandbox',
      '--no-first-run',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-extensions',
      '--disable-sync',
      '--disable-background-networking',
      '--disable-component-update',
      '--hide-scrollbars',
      '--host-resolver-rules=MAP * ~NOTFOUND',
      'about:blank',
    ],
    {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: profile, LANG: 'C.UTF-8' },
    },
  );
  const [commands, answers] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const waiting = new Map<number, (message: Message) => void>();
  const sessions = new Map<string, (event: PageEvent) => void>();
  let last = 0;
  let rest = '';
  answers.setEncoding('utf8');
  answers.on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const message of messages.map((one) => JSON.parse(one) as Message)) {
      if (message.id !== undefined) waiting.get(message.id)?.(message);
      else if (message.method !== undefined)
        sessions.get(message.sessionId ?? '')?.({ method: message.method, params: message.params ?? {} });
    }
  });
  child.once('exit', () => {
    for (const answer of waiting.values()) answer({ error: { message: 'the browser has ended' } });
  });

  const call = async (method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> => {
    const id = (last += 1);
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answer;
    waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  };

  return {
    async newPage() {
      const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
      const attached = await call('Target.attachToTarget', { targetId, flatten: true });
      const sessionId = String(attached['sessionId']);
      const events: PageEvent[] = [];
      let loaded = (): void => undefined;
      sessions.set(sessionId, (event) => {
        events.push(event);
        if (event.method === 'Page.loadEventFired') loaded();
      });
      const inPage = (method: string, params: object = {}): ReturnType<typeof call> => call(method, params, sessionId);
      for (const domain of ['Page', 'Network', 'Runtime', 'Log', 'Audits']) await inPage(`${domain}.enable`);
      return {
        events,
        call: inPage,
        async evaluate<T>(expression: string) {
          const { result, exceptionDetails } = await inPage('Runtime.evaluate', {
            expression,
            returnByValue: true,
            awaitPromise: true,
          });
          if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
          return (result as { value: T }).value;
        },
        async open(address) {
          const done = new Promise<void>((resolve) => (loaded = resolve));
          await inPage('Page.navigate', { url: address });
          await done;
        },
      };
    },
    async close() {
      await Promise.race([call('Browser.close'), ended]).catch(() => undefined);
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
