import type { Check } from '../../check.ts';
import { bodyCapped } from './body-capped.ts';
import { certificate } from './certificate.ts';
import { concurrencyLimited } from './concurrency-limited.ts';
import { confined } from './confined.ts';
import { gzipRatioCapped } from './gzip-ratio-capped.ts';
import { gzipSizeCapped } from './gzip-size-capped.ts';
import { journalVolatile } from './journal-volatile.ts';
import { noSniffing } from './no-sniffing.ts';
import { openFilesBounded } from './open-files-bounded.ts';
import { originsLimited } from './origins-limited.ts';
import { rateLimited } from './rate-limited.ts';
import { ready } from './ready.ts';
import { readyFailsClosed } from './ready-fails-closed.ts';
import { secretsInMemoryOnly } from './secrets-in-memory-only.ts';
import { slowRequestsClosed } from './slow-requests-closed.ts';
import { socketPrivate } from './socket-private.ts';
import { strictTransport } from './strict-transport.ts';
import { survives } from './survives.ts';
import { tlsVersions } from './tls-versions.ts';

/** HTTP services that are declared: tried for real, and what their host shows of them. */
export const httpServiceChecks: readonly Check[] = [
  bodyCapped,
  certificate,
  concurrencyLimited,
  confined,
  gzipRatioCapped,
  gzipSizeCapped,
  journalVolatile,
  noSniffing,
  openFilesBounded,
  originsLimited,
  rateLimited,
  ready,
  readyFailsClosed,
  secretsInMemoryOnly,
  slowRequestsClosed,
  socketPrivate,
  strictTransport,
  survives,
  tlsVersions,
];
