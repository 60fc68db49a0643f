import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { makeHomes, type Homes } from './home.ts';
import { canGoOffline, offlinePrefix } from './offline.ts';
import { valops, type Ran, type RunOptions } from './valops.ts';

/** Two trustees with keys, one with paper, a medium that came in, and the answers for a whole ceremony. */
export interface CeremonyPlace {
  readonly homes: Homes;
  readonly directory: string;
  /** `VALOPS_HOME` of the air-gapped machine. */
  readonly home: string;
  readonly out: string;
  /** In memory; removed when the running test ends. */
  readonly memory: string;
  readonly answersFile: string;
  readonly answers: Record<string, unknown>;
}

/** Initials of the two people in `answers`. */
export const initials = { operator: 'AE', witness: 'BO' } as const;

/** What may not be so on the machine of the tests. */
export const accepted: readonly string[] = [
  ...['swap', 'core-dumps', ...(canGoOffline ? [] : ['online'])].flatMap((what) => ['--unsafe-accept', what]),
];

export async function makeCeremonyPlace(more: Readonly<Record<string, unknown>> = {}): Promise<CeremonyPlace> {
  const homes = await makeHomes();
  const { directory, recipients } = homes;
  const memory = mkdtempSync('/dev/shm/valops-test-');
  onTestFinished(() => rmSync(memory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'host.pub'), `${recipients[0]}\n`);
  const out = join(directory, 'out');
  const answers = {
    operator: 'Ann Example',
    witness: "Bob O'Brien",
    out,
    work: join(memory, 'work'),
    media: [join(directory, 'host.pub')],
    keys: [{ name: 'host', recipient: join(directory, 'host.pub') }, { name: 'offline' }, { name: 'escrow' }],
    identities: [
      { kind: 'solana', name: 'sol', count: 2 },
      { kind: 'cometbft', name: 'comet' },
    ],
    escrow: {
      key: 'escrow',
      threshold: 2,
      trustees: [`ann=${recipients[1]}`, `bob=${recipients[2]}`, 'cy'],
      paper: join(memory, 'pages'),
      openWith: [homes.keys[1]],
    },
    initials,
    ...more,
  };
  const answersFile = join(directory, 'answers.json');
  writeFileSync(answersFile, JSON.stringify(answers));
  return { homes, directory, home: join(directory, 'air-gapped'), out, memory, answersFile, answers };
}

/** How `valops ceremony` is run on the machine of the tests. */
export function ceremonyOptions({ home, directory }: CeremonyPlace): RunOptions {
  return { home, cwd: directory, ...(canGoOffline ? { prefix: offlinePrefix } : {}) };
}

/** `valops ceremony` with the answers of the place. */
export function hold(place: CeremonyPlace, ...args: readonly string[]): Promise<Ran> {
  return valops(['ceremony', '--answers', place.answersFile, ...accepted, ...args], ceremonyOptions(place));
}

export interface ReadTranscript {
  readonly schema: string;
  readonly identities: readonly {
    readonly name: string;
    readonly publicId: string;
    readonly cardFingerprint: string;
  }[];
  readonly steps: readonly {
    readonly id: string;
    readonly agreed: { readonly operator: string; readonly by: string };
  }[];
  readonly sittings: readonly unknown[];
  readonly journalHead: { readonly seq: number; readonly hash: string };
}

export function readTranscript({ out }: CeremonyPlace): ReadTranscript {
  return JSON.parse(readFileSync(join(out, 'transcript.json'), 'utf8')) as ReadTranscript;
}
