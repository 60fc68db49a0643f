import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareBaselines } from '../../src/audit/baseline/compare-baselines.ts';
import type { Baseline } from '../../src/audit/baseline/document.ts';
import { baselineSections } from '../../src/audit/baseline/sections/registry.ts';
import { takeBaseline } from '../../src/audit/baseline/take.ts';
import { gather } from '../../src/core/gather.ts';
import { root } from '../architecture/imports.ts';
import { auditPolicy } from '../support/audit-policy.ts';
import { freshHost, hostsReason, hostsWanted, removeHost, type RealHost } from '../support/real-host.ts';

interface Mutation {
  readonly name: string;
  readonly check: string;
  readonly subject: string;
  readonly apply: string;
  readonly undo: string;
  readonly settle?: number;
}

interface Difference {
  readonly section: string;
  readonly key: string;
  readonly file?: string;
}

const { mutations } = (await import(join(root, 'scripts/audit-trials/mutations/baseline.mjs'))) as {
  readonly mutations: readonly Mutation[];
};
const policy = auditPolicy();

describe.runIf(hostsWanted)(`the baseline of a stock host (${hostsReason})`, () => {
  let host: RealHost;
  let accepted: Baseline;

  const look = async (): Promise<Baseline> => {
    const door = await host.connect();
    try {
      const questions = baselineSections.flatMap((section) => section.questions(policy));
      const snapshot = await gather(door, questions, {
        clock: { now: () => new Date(), monotonic: () => performance.now() },
        randomBytes: (length) => new Uint8Array(randomBytes(length)),
      });
      return takeBaseline({ ...snapshot, name: 'val-1' }, policy, {
        acceptedAt: '2026-11-22T00:00:00.000Z',
        acceptedBy: 'tester',
        tool: 'valops test',
      });
    } finally {
      await door.close();
    }
  };
  const differences = async (): Promise<readonly Difference[]> =>
    compareBaselines(accepted, await look()).flatMap(({ section, reason, changes }): readonly Difference[] => [
      ...(reason === undefined ? [] : [{ section, key: `unknown: ${reason}` }]),
      ...changes.map(({ key, file }) => ({ section, key, ...(file === undefined ? {} : { file }) })),
    ]);

  beforeAll(async () => {
    host = freshHost(1);
    accepted = await look();
  }, 120_000);
  afterAll(() => removeHost(1));

  test('every section is known', () => {
    expect(Object.values(accepted.sections).filter(({ known }) => !known)).toEqual([]);
  });

  test('nothing differs at once, nor after logins, a sudo, a cron run and a reboot', async () => {
    expect(await differences()).toEqual([]);
    host.console('su ops -c "sudo -n true"; systemctl restart cron ssh; touch /etc/crontab /etc/passwd');
    host.kill();
    host.boot();
    expect(await differences()).toEqual([]);
  }, 120_000);

  test.each(mutations.map((one) => [one.name, one] as const))(
    '%s is named, and nothing differs when it is undone',
    async (_, { check, subject, apply, undo, settle = 0 }) => {
      host.console(`${apply}\nsleep ${settle}`);
      let found: readonly Difference[];
      try {
        found = await differences();
      } finally {
        host.console(undo);
      }
      const section = check.slice('baseline.'.length);
      const named = found.filter(({ key }) => key === subject);
      expect(named).toMatchObject([{ section }]);
      // sockets and running rules are in no file
      if (section !== 'listeners' && !subject.startsWith('table')) expect(named[0]?.file).toMatch(/^\/[^:]+(?::\d+)?$/);
      // nothing besides it but what the change brings along: a group of a user, a program with its capability
      expect(found.length).toBeLessThan(4);
      expect(await differences()).toEqual([]);
    },
    60_000,
  );
});
