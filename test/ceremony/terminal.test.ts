import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { accepted, ceremonyOptions, makeCeremonyPlace, readTranscript } from '../support/ceremony.ts';
import { hasTerminalDriver, onTerminal, type Entry } from '../support/terminal.ts';
import { program } from '../support/valops.ts';

const enter = '\r';
const agreeing: readonly Entry[] = [
  { expect: 'operator Ann Example', type: `ae${enter}` },
  { expect: "witness Bob O'Brien", type: `BO${enter}` },
];

describe.runIf(hasTerminalDriver)('a ceremony on a terminal (needs python3 for a pseudo-terminal)', () => {
  test(
    'asks what is not answered, and both for their initials; "no" stops it, and it is resumed',
    { timeout: 120_000 },
    async () => {
      const place = await makeCeremonyPlace();
      const { operator, witness, out, work, media } = place.answers;
      writeFileSync(place.answersFile, JSON.stringify({ operator, out, work, media }));
      const { prefix = [], home = '' } = ceremonyOptions(place);
      const command = (...args: readonly string[]): readonly string[] => [
        ...prefix,
        ...program,
        'ceremony',
        ...accepted,
        ...args,
      ];
      const stopped = await onTerminal(command('--answers', place.answersFile), {
        ...{ home: place.directory, cwd: place.directory, env: { VALOPS_HOME: home } },
        entries: [
          { expect: 'Name of the witness', type: `${String(witness)}${enter}` },
          { expect: 'Keys:', type: `host=${join(place.directory, 'host.pub')} offline${enter}` },
          { expect: 'Identities:', type: `solana=sol${enter}` },
          { expect: 'Escrow:', type: enter },
          { expect: 'operator Ann Example', type: `XX${enter}` },
          { expect: 'operator Ann Example', type: `ae${enter}` },
          { expect: "witness Bob O'Brien", type: `BO${enter}` },
          ...agreeing.slice(0, 1),
          { expect: "witness Bob O'Brien", type: `no${enter}` },
        ],
      });
      expect(stopped.status, stopped.transcript).toBe(4);
      expect(stopped.screen).toContain('did not agree to "keys and recipients"');
      expect(existsSync(join(place.out, 'sol'))).toBe(false);

      const resumed = await onTerminal(command('--resume'), {
        ...{ home: place.directory, cwd: place.directory, env: { VALOPS_HOME: home } },
        entries: Array.from({ length: 5 }, () => agreeing).flat(),
      });
      expect(resumed.status, resumed.transcript).toBe(0);
      expect(resumed.screen).toContain('Print the page');
      const transcript = readTranscript(place);
      expect(transcript.steps.map(({ id }) => id)).toEqual([
        ...['media-in', 'keys', 'identity-sol', 'verify-offline', 'drill', 'media-out'],
      ]);
      expect(new Set(transcript.steps.map(({ agreed }) => `${agreed.operator} ${agreed.by}`))).toEqual(
        new Set(['AE typed']),
      );
      expect(transcript.sittings).toHaveLength(2);
    },
  );

  test('Ctrl-C at a question is an interruption; what was done is resumed', { timeout: 120_000 }, async () => {
    const place = await makeCeremonyPlace({ escrow: null, initials: undefined });
    const { prefix = [], home = '' } = ceremonyOptions(place);
    const ran = await onTerminal([...prefix, ...program, 'ceremony', ...accepted, '--answers', place.answersFile], {
      ...{ home: place.directory, cwd: place.directory, env: { VALOPS_HOME: home } },
      entries: [...agreeing, { expect: 'operator Ann Example', type: '\u0003' }],
    });
    expect(ran.status, ran.transcript).toBe(130);
    expect(existsSync(join(place.out, 'recipients.txt'))).toBe(true);
    expect(ran.screen).toContain('interrupted before both agreed to "keys and recipients"; what was done stays');
    expect(ran.screen).toContain('--resume');
  });
});
