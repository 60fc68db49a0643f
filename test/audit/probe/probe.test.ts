import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeRefusal } from '../../../src/audit/probe-outcome.ts';
import { denseGzip, largeGzip } from '../../../src/audit/probe/bodies.ts';
import { probeService } from '../../../src/audit/probe/probe.ts';
import { wayToService } from '../../../src/audit/probe/way.ts';
import type { Host } from '../../../src/core/host.ts';
import type { ServiceProbe } from '../../../src/facts/service-probe.ts';
import { makeAuthority, type Authority } from '../../support/authority.ts';
import { startCappedService, type Manners } from '../../support/capped-service.ts';

const caps = {
  body: 64 * 1024,
  ratio: 10,
  inflated: 256 * 1024,
  timeout: 0.4,
  inflight: 24,
  rate: 200,
  burst: 60,
  openFiles: 1024,
};
const here = { kind: 'local', name: 'this machine' } as Host;
const kept: Manners = { ...caps, timeout: 400 };
/** Only what stands side by side is of interest: the rest is over at once. */
const brief = { answer: 300, slow: -300, beyond: 20, burst: 1 };
const times = { answer: 300, slow: 400, beyond: 150, burst: 250 };

async function probed(manners: Manners, ca?: string, patience = times): Promise<ServiceProbe> {
  const service = await startCappedService(manners);
  try {
    const declared = {
      name: 'api',
      url: service.url,
      socket: manners.socket,
      readyPath: '/readyz',
      bodyPath: '/',
      sample: '{}',
      caps,
    };
    return await probeService(declared, await wayToService(declared, here, ca), patience);
  } finally {
    await service.stop();
  }
}

function known<T>(fact: { readonly known: boolean; readonly value?: T; readonly reason?: string }): T {
  if (!fact.known) throw new Error(fact.reason);
  return fact.value as T;
}

const taken = { end: 'answered', status: 200 };

/** A refusal that is overtaken by the end of its connection is one as well. */
function judgeBody({ body }: ServiceProbe): readonly string[] {
  const { small, announced, unannounced } = known(body);
  return [announced, unannounced].map((one) => judgeRefusal(one, small, false).status);
}

describe('a service that keeps its limits', () => {
  let seen: ServiceProbe;
  beforeAll(async () => {
    seen = await probed({ ...kept, headers: { 'X-Content-Type-Options': 'nosniff' } });
  });

  test('refuses too large a body before it was sent whole', () => {
    const { small, announced, unannounced } = known(seen.body);
    expect(small).toMatchObject(taken);
    expect(judgeBody(seen)).toEqual(['pass', 'pass']);
    expect(unannounced.sent).toBeLessThanOrEqual(caps.body + 65 * 1024);
    expect(announced.sent).toBeLessThan(4 * caps.body);
  });

  test('refuses gzip that grows too much, by ratio and in all', () => {
    const gzip = known(seen.gzip);
    expect(gzip.small).toMatchObject(taken);
    for (const one of [gzip.dense, gzip.large])
      expect(judgeRefusal(one ?? gzip.small, gzip.small, true).status).toBe('pass');
  });

  test('closes what comes too slowly', () => {
    const { headers, body } = known(seen.slow);
    expect([headers.closedAfter, body.closedAfter]).not.toContain(null);
  });

  test('holds no more than it may, and says that it is not ready', () => {
    expect(known(seen.concurrency)).toMatchObject({ held: 24, answered: 0, refused: 16, ready: 503 });
  });

  test('refuses a burst beyond its rate, and is well afterwards', () => {
    const { answered, refused: no, seconds } = known(seen.rate);
    expect(no).toBeGreaterThan(0);
    expect(answered).toBeLessThanOrEqual(caps.burst + caps.rate * seconds + 16);
    expect(known(seen.after)).toEqual({ status: 200 });
  });

  test('shows its headers and its paths', () => {
    expect(known(seen.headers)).toEqual({
      hsts: null,
      contentTypeOptions: 'nosniff',
      allowOrigin: null,
      allowCredentials: null,
    });
    expect(known(seen.ready)).toEqual({ status: 200, neighbour: 404 });
    expect(seen.tls).toMatchObject({ known: false, reason: 'it speaks plain HTTP' });
  });
});

test('a service without any limit is seen through', async () => {
  const seen = await probed({ stray: 200, headers: { 'Access-Control-Allow-Origin': '*' } });
  const { announced, unannounced } = known(seen.body);
  expect([announced.end, unannounced.end]).toEqual(['silent', 'silent']);
  expect(known(seen.gzip)).toMatchObject({ dense: taken, large: taken });
  expect(known(seen.slow)).toMatchObject({ headers: { closedAfter: null }, body: { closedAfter: null } });
  expect(known(seen.concurrency)).toMatchObject({ held: 24, refusedBefore: 0, answered: 16, refused: 0, ready: 200 });
  const { answered, refused: no, seconds } = known(seen.rate);
  expect(no).toBe(0);
  expect(answered).toBeGreaterThan(caps.burst + caps.rate * seconds);
  expect(known(seen.headers).allowOrigin).toBe('*');
  expect(known(seen.ready).neighbour).toBe(200);
});

test('a service on a Unix socket is asked there', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'valops-probe-'));
  try {
    const seen = await probed({ ...kept, socket: join(directory, 'api.sock') }, undefined, brief);
    expect(judgeBody(seen)).toEqual(['pass', 'pass']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

describe('over TLS', () => {
  let authority: Authority;
  beforeAll(() => {
    authority = makeAuthority();
  });
  afterAll(() => authority.remove());

  test('versions and certificate are told', async () => {
    const certified = authority.certify(['IP:127.0.0.1']);
    const seen = await probed(
      { ...kept, certified, headers: { 'Strict-Transport-Security': 'max-age=63072000' } },
      authority.ca,
      brief,
    );
    expect(known(seen.tls)).toMatchObject({
      versions: { '1.0': false, '1.1': false, '1.2': true, '1.3': true },
      fault: null,
    });
    expect(known(seen.headers).hsts).toBe('max-age=63072000');
    expect(judgeBody(seen)).toEqual(['pass', 'pass']);
  });

  test('an old version that is taken, and a certificate of nobody known', async () => {
    const certified = authority.certify(['IP:127.0.0.1']);
    const seen = await probed({ ...kept, certified, minVersion: 'TLSv1' }, undefined, brief);
    expect(known(seen.tls).versions['1.0']).toBe(true);
    expect(known(seen.tls).fault).toMatch(/CERT|SIGN|ISSUER/i);
  });
});

test('nobody there: an error that says so', async () => {
  await expect(
    probeService(
      { name: 'api', url: 'http://127.0.0.1:1', readyPath: '/readyz', bodyPath: '/', sample: '', caps },
      await wayToService(
        { name: 'api', url: 'http://127.0.0.1:1', readyPath: '/', bodyPath: '/', sample: '', caps },
        here,
        undefined,
      ),
      times,
    ),
  ).rejects.toThrow('ECONNREFUSED');
});

test('packed bodies are what they are for', () => {
  const usual = { ...caps, body: 1024 * 1024, inflated: 8 * 1024 * 1024 };
  const large = largeGzip('{}', usual);
  if (large === null) throw new Error('none was made');
  const text = gunzipSync(large).toString();
  expect(JSON.parse(text)).toEqual({});
  expect(text.length).toBeGreaterThan(usual.inflated);
  expect(text.length / large.length).toBeLessThanOrEqual(10);
  expect(large.length).toBeLessThanOrEqual(usual.body);
  expect(largeGzip('{}', { ...usual, ratio: 2 })).toBeNull();
  const dense = denseGzip('{}', usual);
  const grown = gunzipSync(dense);
  expect(grown.length / dense.length).toBeGreaterThan(100);
  expect(grown.length).toBeLessThanOrEqual(usual.inflated);
});
