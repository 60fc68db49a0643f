import { describe, expect, test } from 'vitest';
import type { DeclaredService } from '../../../src/audit/service-declared.ts';
import { askedOnHost, askServices } from '../../../src/cli/audit-probe.ts';
import type { Host } from '../../../src/core/host.ts';
import { servicesUnits } from '../../../src/facts/services/units.ts';
import { serviceProbe } from '../../../src/facts/service-probe.ts';
import { ValopsError } from '../../../src/lib/errors.ts';

const caps = { body: 1, ratio: 1, inflated: 1, timeout: 1, inflight: 1, rate: 1, burst: 1, openFiles: 64 };
const service: DeclaredService = {
  name: 'api',
  url: 'http://127.0.0.1:1',
  readyPath: '/readyz',
  bodyPath: '/',
  sample: '',
  caps,
};
const context = {
  events: { emit: () => undefined },
  files: {
    read: (path: string) => {
      throw new ValopsError('FILE_NOT_FOUND', `there is no "${path}"`);
    },
  },
} as unknown as Parameters<typeof askServices>[0];
const here = { kind: 'local', name: 'this machine' } as Host;
const question = serviceProbe(service);
const reasonOf = async (host: Host, given: Partial<DeclaredService>): Promise<string> => {
  const facts = await askServices(context, host, [question], [{ ...service, ...given }], {
    config: '/etc/valops.yaml',
  });
  const fact = facts[question.id];
  return fact === undefined || fact.known ? 'known' : fact.reason;
};

describe('services in a run', () => {
  test('a script is not made of them, and only those that a check wants are asked', async () => {
    expect(askedOnHost([question, servicesUnits])).toEqual([servicesUnits]);
    expect(await askServices(context, here, [servicesUnits], [service], {})).toEqual({});
  });

  test('what cannot be asked is unknown, with the reason', async () => {
    expect(await reasonOf(here, {})).toContain('ECONNREFUSED');
    expect(await reasonOf(here, { ca: 'ca.pem' })).toBe('it was not asked: there is no "/etc/ca.pem"');
  });

  test('loopback and sockets of a host that leads nowhere are unknown, never those of this machine', async () => {
    for (const wayTo of [undefined, () => Promise.resolve(null)]) {
      const far = { kind: 'ssh', name: 'val-1', ...(wayTo === undefined ? {} : { wayTo }) } as unknown as Host;
      for (const given of [{}, { url: 'http://localhost:1' }, { url: undefined, socket: '/run/api.sock' }])
        expect(await reasonOf(far, given)).toContain('leads to none of its own services');
    }
  });

  test('a script of the question by itself says that nobody asked', () => {
    expect(() => question.parse({ exitCode: 3, stdout: '', stderr: 'a service is asked by an audit only' })).toThrow(
      'by an audit only',
    );
    expect(() => question.parse({ exitCode: 0, stdout: '{}', stderr: '' })).toThrow('lacks "ready"');
  });
});
