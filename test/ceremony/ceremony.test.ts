import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { accepted, ceremonyOptions, hold, makeCeremonyPlace, readTranscript } from '../support/ceremony.ts';
import { canGoOffline } from '../support/offline.ts';
import { program, run, start, valops } from '../support/valops.ts';

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const limit = { timeout: 180_000 };

/** The identities which the journal of a home says were made. */
function generated(home: string): readonly string[] {
  return readFileSync(join(home, 'journal.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"action":"identity.generate"') && line.includes('"phase":"done"'))
    .map((line) => (JSON.parse(line) as { details: { publicId: string } }).details.publicId);
}

describe('a whole ceremony', () => {
  test('makes, proves, splits, drills and closes; the transcript can be checked by others', limit, async () => {
    const place = await makeCeremonyPlace();
    const ran = await hold(place, '--json');
    expect(ran.status, ran.stderr).toBe(0);
    const held = ran.json() as {
      document: { sha256: string };
      page: { sha256: string };
      journalHead: { seq: number; hash: string };
    };
    const transcript = readTranscript(place);
    expect(transcript.schema).toBe('valops/ceremony/1');
    expect(transcript.identities.map(({ name }) => name)).toEqual(['sol-1', 'sol-2', 'comet']);
    expect(transcript.identities.map(({ publicId }) => publicId)).toEqual(generated(place.home));
    expect(transcript.steps.map(({ id }) => id)).toEqual([
      ...['media-in', 'keys', 'identity-sol-1', 'identity-sol-2', 'identity-comet', 'verify-offline', 'verify-escrow'],
      ...['escrow', 'share-ann', 'share-bob', 'share-cy', 'drill', 'media-out'],
    ]);
    expect(new Set(transcript.steps.map(({ agreed }) => `${agreed.operator} ${agreed.by}`))).toEqual(
      new Set(['AE file']),
    );
    expect(JSON.stringify(transcript.steps)).toMatch(/shares 1, 2, 3 give the key, which opens all 3 identities/);

    // by the tools that others have
    const sums = await run(['sha256sum', '--check', '--quiet', 'SHA256SUMS'], { cwd: place.out });
    expect(sums.status, sums.stderr + sums.stdout).toBe(0);
    expect([held.document.sha256, held.page.sha256]).toEqual([
      sha256(join(place.out, 'transcript.json')),
      sha256(join(place.out, 'transcript.html')),
    ]);
    const journal = readFileSync(join(place.home, 'journal.jsonl'), 'utf8');
    for (const digest of [held.document.sha256, held.page.sha256]) expect(journal).toContain(digest);
    const page = readFileSync(join(place.out, 'transcript.html'), 'utf8');
    for (const text of [held.document.sha256, transcript.journalHead.hash, 'Ann Example', "Bob O'Brien"]) {
      expect(page).toContain(text);
    }
    expect(page).toContain('by the file of answers, nobody typed it');
    expect(page).not.toMatch(/<script|src=|href=|url\(/);

    // the journal holds the heads of page and cards, and is found out when it is cut
    const heads = ['--head', join(place.out, 'transcript.json'), '--head', join(place.out, 'comet', 'comet.json')];
    const verified = await valops(['journal', 'verify', ...heads], { home: place.home });
    expect(verified.status, verified.stdout).toBe(0);
    const cut = journal.split('\n').slice(0, transcript.journalHead.seq - 2);
    writeFileSync(join(place.home, 'journal.jsonl'), `${cut.join('\n')}\n`);
    const truncated = await valops(['journal', 'verify', ...heads], { home: place.home });
    expect(truncated.status).toBe(3);
    expect(truncated.stdout).toContain(
      `entries ${transcript.journalHead.seq - 1} to ${transcript.journalHead.seq} are missing at the end`,
    );

    // the key at another place opens what was made
    const opened = await valops(
      [
        'identity',
        'verify',
        join(place.out, 'comet', 'comet.age'),
        '--card',
        join(place.out, 'comet', 'comet.json'),
        '-i',
        place.homes.keys[0],
      ],
      { home: place.homes.homes[0] },
    );
    expect(opened.status, opened.stderr).toBe(0);

    // nothing of it is taken for another ceremony
    const again = await hold(place);
    expect([again.status, again.stderr]).toEqual([4, expect.stringContaining('is in use already')]);
    expect(generated(place.home)).toHaveLength(3);
  });

  test('its state is private and whole at every moment', limit, async () => {
    const place = await makeCeremonyPlace({ identities: [{ kind: 'solana', name: 'sol' }], escrow: null });
    const ran = await hold(place);
    expect(ran.status, ran.stderr).toBe(0);
    const states = join(place.home, 'ceremony');
    expect(statSync(states).mode & 0o777).toBe(0o700);
    const [name, ...more] = readdirSync(states);
    expect(more).toEqual(['lock']);
    expect(statSync(join(states, name ?? '')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(states, name ?? ''), 'utf8')).not.toContain('initials');
    expect(statSync(join(place.memory, 'work', 'offline.key')).mode & 0o777).toBe(0o600);
  });

  test.runIf(canGoOffline)(
    'the digest of the program is that of sha256sum (needs user namespaces)',
    limit,
    async () => {
      const root = join(program[1], '../..');
      const shell = 'find bin dist package.json -type f | LC_ALL=C sort | xargs sha256sum | sha256sum';
      const printed = (await run(['sh', '-c', shell], { cwd: root })).stdout.slice(0, 64);
      const place = await makeCeremonyPlace({ program: printed });
      const planned = await hold(place, '--plan');
      expect(planned.stdout).toContain(`this program is the one on the print: yes: ${printed}; as given`);
      const other = await makeCeremonyPlace({ program: 'f'.repeat(64) });
      const refused = await hold(other);
      expect([refused.status, refused.stderr]).toEqual([4, expect.stringContaining(`expected ${'f'.repeat(64)}`)]);
      expect(existsSync(other.out)).toBe(false);
    },
  );
});

describe('interrupted', () => {
  test(
    'killed again and again and resumed: every identity is made once, and the transcript tells of every sitting',
    limit,
    async () => {
      const place = await makeCeremonyPlace();
      const states = join(place.home, 'ceremony');
      const stepsDone = (): number => {
        try {
          const text = readFileSync(
            join(states, readdirSync(states).find((name) => !name.startsWith('.')) ?? ''),
            'utf8',
          );
          return (JSON.parse(text) as { steps: unknown[] }).steps.length;
        } catch {
          return -1;
        }
      };
      let sittings = 0;
      for (const kill of Array.from({ length: 13 }, (_, step) => step)) {
        const resume = stepsDone() < 0 ? [] : ['--resume'];
        const args = ['ceremony', '--answers', place.answersFile, ...accepted, ...resume];
        const { prefix = [], ...options } = ceremonyOptions(place);
        const running = start([...prefix, ...program, ...args], options);
        while (stepsDone() < kill && running.child.exitCode === null)
          await new Promise((later) => setTimeout(later, 2));
        if (running.child.pid !== undefined) process.kill(-running.child.pid, 'SIGKILL');
        const { signal, stderr } = await running.ended;
        expect(signal, stderr).toBe('SIGKILL');
        sittings += 1;
      }
      const refused = await hold(place);
      expect([refused.status, refused.stderr]).toEqual([4, expect.stringContaining('is not finished')]);
      const ran = await hold(place, '--resume');
      expect(ran.status, ran.stderr).toBe(0);
      const transcript = readTranscript(place);
      expect(transcript.sittings).toHaveLength(sittings + 1);
      const made = generated(place.home);
      for (const { publicId } of transcript.identities) expect(made.filter((id) => id === publicId)).toHaveLength(1);
      expect((await run(['sha256sum', '--check', '--quiet', 'SHA256SUMS'], { cwd: place.out })).status).toBe(0);
      expect(
        readdirSync(place.out, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.valops-')),
      ).toEqual([]);
      expect((await valops(['journal', 'verify'], { home: place.home })).status).toBe(0);
    },
  );

  test('not agreed to: stopped there, and resumed there; what changed in between is refused', limit, async () => {
    const place = await makeCeremonyPlace({ initials: { operator: 'AE', witness: 'no' }, escrow: null });
    const stopped = await hold(place);
    expect([stopped.status, stopped.stderr]).toEqual([4, expect.stringContaining('did not agree to "media going in"')]);
    const agreeing = { ...place.answers, initials: { operator: 'ae', witness: 'bo' } };
    writeFileSync(place.answersFile, JSON.stringify({ ...agreeing, witness: 'Eve Other' }));
    const other = await hold(place, '--resume');
    expect([other.status, other.stderr]).toEqual([2, expect.stringContaining('began with other answers')]);

    // to the end of step 2, then the medium changes
    mkdirSync(join(place.out, 'sol-1'), { recursive: true });
    writeFileSync(join(place.out, 'sol-1', 'stray'), '');
    writeFileSync(place.answersFile, JSON.stringify(agreeing));
    const stray = await hold(place, '--resume');
    expect(stray.status, stray.stderr).not.toBe(0);
    expect(generated(place.home)).toEqual([]);
    const states = join(place.home, 'ceremony');
    const file = join(states, readdirSync(states).find((name) => name.endsWith('.json')) ?? '');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/"user": "[^"]*"/g, '"user": "mallory"'));
    const resumed = await hold(place, '--resume');
    expect(resumed.stderr).toMatch(/was held by "mallory" at ".*goes on by/);
    writeFileSync(join(place.out, 'recipients.txt'), `${place.homes.recipients[1]}\n`);
    const changed = await hold(place, '--resume');
    expect([changed.status, changed.stderr]).toEqual([
      4,
      expect.stringMatching(/since it was agreed to.*recipients\.txt/),
    ]);
  });
});

test.each<[Record<string, unknown>, string, string?]>([
  [{ identities: [{ kind: 'nothing', name: 'a' }] }, 'nothing', 'USAGE'],
  [{ identities: [{ kind: 'solana', name: 'a', options: { generator: 'x' } }] }, 'generator', 'USAGE'],
  [{ witness: 'ann example' }, 'it takes two people'],
  [{ keys: [{ name: 'one' }] }, 'expected at least two keys'],
  [{ keys: [{ name: 'one' }, { name: 'one' }] }, '"one" is there twice'],
  [{ identities: [] }, 'expected at least one identity'],
  [{ secret: 'x' }, 'unknown secret'],
  [{ escrow: { key: 'host', threshold: 2, trustees: ['a', 'b'] } }, 'the private half of "host" is not here'],
])('answers %j are refused', async (more, message, code = 'CEREMONY_ANSWERS_INVALID') => {
  const ran = await hold(await makeCeremonyPlace(more), '--json');
  expect(ran.status).toBe(2);
  expect(ran.json()).toMatchObject({ code, message: expect.stringContaining(message) });
});
