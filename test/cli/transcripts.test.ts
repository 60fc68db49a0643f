import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProcesses } from '../../src/hosts/local/processes.ts';
import { canGoOffline } from '../support/offline.ts';
import { perform } from '../support/perform-transcript.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { parseTranscript } from '../support/transcript.ts';

const folder = new URL('transcripts', import.meta.url).pathname;
const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
const processes = createProcesses(process.env);

function isHere(need: string): boolean {
  return need === 'offline' ? canGoOffline : processes.find(need) !== null;
}

describe('transcripts of the program as built', () => {
  test('there are some', () => {
    expect(names.length).toBeGreaterThan(20);
  });

  for (const name of names) {
    const transcript = parseTranscript(readFileSync(join(folder, name), 'utf8'), name);
    const missing = transcript.needs.filter((need) => !isHere(need));
    describe.runIf(missing.length === 0)(missing.length === 0 ? name : `${name} (needs ${missing.join(', ')})`, () => {
      test(transcript.title, async () => {
        await perform(transcript, name, temporaryDirectory());
      });
    });
  }
});
