import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { generatorArguments } from './generator.ts';
import { places, type Place, type Stage } from './stage.ts';

/** One step of the ceremony: it throws, or answers in a few words what it has proven. */
export interface CeremonyStep {
  readonly id: string;
  readonly title: string;
  readonly run: () => Promise<string>;
}

/** Largest file that is compared byte by byte. */
const compareLimit = 1 << 20;

/** The age keys of the host, the offline machine and the escrow, and the list of their recipients. */
export function keySteps(context: Context, stage: Stage): readonly CeremonyStep[] {
  const recipients: string[] = [];
  return [
    ...places.map((place) => ({
      id: `keys-${place}`,
      title: `make the age key of the ${place === 'offline' ? 'offline machine' : place}`,
      async run() {
        const key = await stage.valops(place, ['keys', 'init']);
        recipients.push(String(key['recipient']));
        return String(key['fingerprint']);
      },
    })),
    {
      id: 'recipients',
      title: 'write the list of recipients',
      async run() {
        context.files.create(recipientsFile(stage), new TextEncoder().encode(`${recipients.join('\n')}\n`), {
          mode: 0o644,
        });
        return `${recipients.length} recipients`;
      },
    },
  ];
}

/** Generate, inspect, prove with every key, damage, restore, restore again: for one kind. */
export function identitySteps(
  context: Context,
  stage: Stage,
  kind: string,
  runtime: string,
  stockAge: string | null,
): readonly CeremonyStep[] {
  const file = join(stage.sandbox, `${kind}.age`);
  const card = join(stage.sandbox, `${kind}.json`);
  const target = join(stage.sandbox, 'validator', kind);
  const step = (id: string, title: string, run: () => Promise<string>): CeremonyStep => ({
    id: `${kind}-${id}`,
    title: `${kind}: ${title}`,
    run,
  });
  const withCard = ['--card', card];
  const withKey = (place: Place): string[] => [...withCard, '-i', stage.keyFile(place)];
  const restore = ['identity', 'restore', file, ...withKey('host'), '--to', target, '--yes'];

  return [
    step('generate', 'generate offline, sealed to all three', async () => {
      const made = await stage.valops('offline', [
        ...['identity', 'generate', '--kind', kind, '-R', recipientsFile(stage), '--out', file, ...withCard],
        ...['--verify-with', stage.keyFile('offline')],
        ...(stage.isolation.network === 'none' ? [] : ['--unsafe-online']),
        ...(kind === 'command' ? generatorArguments(runtime, generatorFile(stage)) : []),
      ]);
      const [identity] = made['identities'] as { readonly identity: { readonly publicId: string } }[];
      return identity?.identity.publicId ?? '';
    }),
    step('inspect', 'compare sealed file and card without a key', async () => {
      const { fingerprint } = await stage.valops('host', ['identity', 'inspect', file, ...withCard]);
      return `card ${String(fingerprint)}`;
    }),
    ...places.map((place) =>
      step(`verify-${place}`, `prove that the ${place} key opens it`, async () => {
        await stage.valops(place, ['identity', 'verify', file, ...withKey(place)]);
        return '';
      }),
    ),
    step('damage', 'refuse a copy with one bit flipped', async () => {
      const damaged = context.files.read(file, compareLimit).slice();
      damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
      const copy = `${file}.damaged`;
      context.files.create(copy, damaged, { mode: 0o600 });
      const refused = await stage.valops('host', ['identity', 'verify', copy, ...withKey('host')], 4);
      return String(refused['code']);
    }),
    step('restore', 'restore it and read it back', async () =>
      verdict(await stage.valops('host', restore), 'restored'),
    ),
    step('again', 'find nothing to do the second time', async () =>
      verdict(await stage.valops('host', restore), 'nothing-to-do'),
    ),
    ...(stockAge === null
      ? []
      : [
          step('stock-age', 'open it with stock age, same bytes', () =>
            compareWithStock(context, stage, stockAge, file),
          ),
        ]),
  ];
}

/** The records which the ceremony left at each place. */
export function journalSteps(stage: Stage): readonly CeremonyStep[] {
  return places.map((place) => ({
    id: `journal-${place}`,
    title: `verify the journal of the ${place === 'offline' ? 'offline machine' : place}`,
    async run() {
      const { entries } = await stage.valops(place, ['journal', 'verify']);
      return `${String(entries)} entries`;
    },
  }));
}

/** Where the stand-in for a validator's generator lies. */
export function generatorFile(stage: Pick<Stage, 'sandbox'>): string {
  return join(stage.sandbox, 'generator.cjs');
}

function recipientsFile(stage: Stage): string {
  return join(stage.sandbox, 'recipients.txt');
}

function verdict(document: Readonly<Record<string, unknown>>, expected: string): string {
  if (document['verdict'] === expected && document['verified'] === true) return '';
  throw new ValopsError(
    'REHEARSAL_FAILED',
    `the restore said "${String(document['verdict'])}", expected "${expected}"`,
  );
}

/** The bytes which stock age recovers are those which this program recovers. */
async function compareWithStock(context: Context, stage: Stage, age: string, file: string): Promise<string> {
  const theirs = await stage.run([age, '-d', '-i', stage.keyFile('escrow'), file]);
  const ours = `${file}.opened`;
  await stage.valops('escrow', ['decrypt', '-i', stage.keyFile('escrow'), '-o', ours, file]);
  const same = theirs.use((bytes) => Buffer.from(context.files.read(ours, compareLimit)).equals(bytes));
  theirs.wipe();
  context.files.remove(ours);
  if (same) return '';
  throw new ValopsError('REHEARSAL_FAILED', `stock age and valops recover different bytes from "${file}"`);
}
