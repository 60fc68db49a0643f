import type { Fact, Question } from '../core/fact.ts';

/** What became of one request: `sent` are the bytes of its body that were handed over. */
export type ProbeOutcome =
  | { readonly end: 'answered'; readonly status: number; readonly sent: number }
  /** The connection was closed without an answer. */
  | { readonly end: 'closed'; readonly sent: number }
  /** Nothing came within the time. */
  | { readonly end: 'silent'; readonly sent: number };

/** Milliseconds until a connection was closed, and the status that came before; null: neither within the time. */
export interface ProbeEnd {
  readonly closedAfter: number | null;
  readonly status: number | null;
}

export type TlsVersion = '1.0' | '1.1' | '1.2' | '1.3';

/** What a service showed when it was asked for real. Every part is known or not by itself. */
export interface ServiceProbe {
  /** The path of readiness, and one beside it that cannot exist. */
  readonly ready: Fact<{ readonly status: number; readonly neighbour: number }>;
  /** Headers of the answer to a request from a page of somebody else; null: not sent. */
  readonly headers: Fact<{
    readonly hsts: string | null;
    readonly contentTypeOptions: string | null;
    readonly allowOrigin: string | null;
    readonly allowCredentials: string | null;
  }>;
  readonly tls: Fact<{
    /** Versions that were tried, and whether they were taken. */
    readonly versions: Readonly<Record<TlsVersion, boolean>>;
    /** Why the certificate does not hold; null: it does. */
    readonly fault: string | null;
    /** RFC 3339, end of the certificate. */
    readonly validTo: string | null;
  }>;
  /** A small body; then one that announces too much, and one that does not announce and is too much. */
  readonly body: Fact<{
    readonly small: ProbeOutcome;
    readonly announced: ProbeOutcome;
    readonly unannounced: ProbeOutcome;
  }>;
  /** gzip: a small body; one that is no gzip; one of a high ratio; one of a low ratio and too large, null where the caps leave none. */
  readonly gzip: Fact<{
    readonly small: ProbeOutcome;
    readonly broken: ProbeOutcome;
    readonly dense: ProbeOutcome;
    readonly large: ProbeOutcome | null;
  }>;
  /** A request whose headers, and one whose body, comes byte by byte. */
  readonly slow: Fact<{ readonly headers: ProbeEnd; readonly body: ProbeEnd }>;
  /** Requests held open up to the limit, then some more. */
  readonly concurrency: Fact<{
    /** Still held, and not answered, when the others had been sent. */
    readonly held: number;
    /** Refused (429, 503, closed) before the limit was reached. */
    readonly refusedBefore: number;
    /** Of the requests beyond the limit: answered as usual, refused, left waiting. */
    readonly answered: number;
    readonly refused: number;
    readonly waiting: number;
    /** What readiness said meanwhile; null: nothing. */
    readonly ready: number | null;
  }>;
  /** As many requests as come through, for `seconds`. */
  readonly rate: Fact<{
    readonly answered: number;
    readonly refused: number;
    readonly seconds: number;
  }>;
  /** Readiness, again, after all that; null: no answer. */
  readonly after: Fact<{ readonly status: number | null }>;
}

/** Prefix of the ids of facts that no script on the host can tell. */
export const probeFacts = 'service.probe-';

const parts = ['ready', 'headers', 'tls', 'body', 'gzip', 'slow', 'concurrency', 'rate', 'after'] as const;

/**
 * What the probe of one declared service found. The host has no script for it: the run asks the service itself and
 * puts the answer, JSON, in its place. Where nobody did, the fact is unknown.
 */
export function serviceProbe({ name }: { readonly name: string }): Question<ServiceProbe> {
  return {
    id: `${probeFacts}${name}` as `service.${string}`,
    family: 'service',
    title: `what the service "${name}" shows when it is asked for real`,
    script: () => "echo 'a service is asked by an audit only' >&2; exit 3",
    privileged: false,
    timeout: 2,
    parse: ({ exitCode, stdout, stderr }) => {
      if (exitCode !== 0) throw new Error(stderr.trim() || 'it was not asked');
      const value = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
      const lacking = parts.find((part) => typeof value[part] !== 'object');
      if (lacking !== undefined) throw new Error(`the answer lacks "${lacking}"`);
      return value as unknown as ServiceProbe;
    },
  };
}
