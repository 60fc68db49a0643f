import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { journalled } from '../core/journal.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Bundle, BundlePart } from '../sync/bundle.ts';
import type { PinnedArtifact } from '../sync/fetch.ts';
import type { PinFile } from '../sync/pin.ts';
import { read } from './arguments.ts';
import type { Invocation, Outcome } from './command.ts';
import { declarations } from './sync-declarations.ts';
import type { SyncSession } from './sync-doors.ts';
import { renderImported } from './text/sync-import.ts';
import { renderSyncPlan } from './text/sync.ts';

const partLimit = 16 * 1024 * 1024;

/**
 * `sync import DIR`: proves a bundle again, part by part and by its signatures, and fills the cache.
 * What is pinned and declared here goes before what the bundle says; only where there is nothing here,
 * and a person agrees, the bundle's own lock and configuration are taken over.
 */
export async function runImport(
  context: Context,
  session: SyncSession,
  { args, options }: Pick<Invocation, 'args' | 'options'>,
): Promise<Outcome> {
  const { readBundle } = await import('../sync/bundle.ts');
  const { checkParts, importPinned } = await import('../sync/import.ts');
  const { planSync } = await import('../sync/plan.ts');
  const { doors, platform } = session;
  const directory = resolve(args[0] ?? '');
  const bundle = readBundle(context.files, directory);
  await checkParts(doors, bundle);
  const manifestSha256 = createHash('sha256')
    .update(context.files.read(join(directory, 'manifest.json'), partLimit))
    .digest('hex');
  const { config, pins, adopts, declared, names } = await sidesOf(context, session, bundle);
  const given = read(options);
  if (adopts.length > 0) requireMeans(context, adopts, manifestSha256, given);
  const wanted = await wantedArtifacts(declared, pins, names);
  await journalled(
    context.journal,
    {
      action: 'sync.import',
      purpose: `import ${names.join(', ')}`,
      details: { directory, manifest: manifestSha256, adopts },
    },
    async () => {
      await importPinned(doors, bundle, wanted, adopts.includes('valops.yaml') ? directory : doors.base);
      if (adopts.length > 0) {
        if (!given.flag('yes')) await askConsent(context, adopts, manifestSha256, wanted);
        adopt(context, session, bundle, adopts);
      }
    },
  );
  const planned = await planSync(
    doors,
    declared.filter(({ name }) => names.includes(name)),
    pins,
    platform,
  );
  const next = planned.map(({ entry }) => entry);
  const binaries = wanted.map((one) => ({
    name: one.declaration.name,
    version: one.version,
    platform: one.platform.id,
    sha256: one.pin.sha256,
    verified: one.pin.verified,
  }));
  return {
    document: {
      schema: 'valops/sync-import/1',
      directory,
      manifestSha256,
      parts: bundle.manifest.parts.length,
      adopted: adopts,
      prefix: config.sync.prefix ?? null,
      binaries,
      next,
    },
    text: (style) =>
      renderImported(
        { directory, manifestSha256, parts: bundle.manifest.parts.length, adopted: adopts, binaries },
        style,
      ) + `"valops sync --offline" will do this:\n${renderSyncPlan(next, style)}`,
  };
}

type Adopted = 'valops.yaml' | 'valops.lock';

/** What counts, this side's before the bundle's, and what would be taken over from the bundle. */
async function sidesOf(
  context: Context,
  session: SyncSession,
  bundle: Bundle,
): Promise<{
  readonly config: Config;
  readonly pins: PinFile;
  readonly adopts: readonly Adopted[];
  readonly declared: SyncSession['declared'];
  readonly names: readonly string[];
}> {
  const { parseConfig } = await import('../config/valops-yaml.ts');
  const { parsePinFile, readPinFile } = await import('../sync/pin-file.ts');
  const { files } = context;
  const lock = partOf(bundle, 'lock');
  const carried = parsePinFile(files.read(lock.path, partLimit), lock.path);
  const hasConfig = files.stat(session.configPath) !== null;
  const hasLock = files.stat(session.lockPath) !== null;
  const shipped = partOf(bundle, 'config');
  const config = hasConfig
    ? session.config
    : parseConfig(new TextDecoder().decode(files.read(shipped.path, partLimit)), shipped.path);
  const pins = hasLock ? readPinFile(files, session.lockPath) : carried;
  const declared = hasConfig ? session.declared : declarations(config, session.prefix);
  const names = Object.keys(carried.binaries).filter((name) => declared.some((one) => one.name === name));
  const undeclared = Object.keys(carried.binaries).filter((name) => !names.includes(name));
  for (const name of undeclared) {
    context.events.emit({
      kind: 'warning',
      message: `the bundle holds "${name}", which is not declared here, and it is left out`,
      hint: `Declare it in ${session.configPath}, then import again.`,
    });
  }
  const adopts: readonly Adopted[] = [
    ...(hasConfig ? [] : (['valops.yaml'] as const)),
    ...(hasLock ? [] : (['valops.lock'] as const)),
  ];
  return { config, pins, adopts, declared, names };
}

function partOf(bundle: Bundle, purpose: BundlePart['purpose']): { readonly part: BundlePart; readonly path: string } {
  const part = bundle.manifest.parts.find((one) => one.purpose === purpose);
  if (part !== undefined) return { part, path: join(bundle.directory, part.path) };
  throw new ValopsError('SYNC_BUNDLE_INVALID', `the bundle "${bundle.directory}" names no ${purpose}`, {
    hint: 'Export it again where it was pinned: valops sync export DIR',
  });
}

/** The pins to take out of the bundle, on every declared platform. */
async function wantedArtifacts(
  declared: SyncSession['declared'],
  pins: PinFile,
  names: readonly string[],
): Promise<readonly PinnedArtifact[]> {
  const { pinnedFor } = await import('../sync/select.ts');
  return declared
    .filter(({ name }) => names.includes(name))
    .flatMap((declaration) => declaration.platforms.map(({ id }) => pinnedFor(declaration, pins, id)));
}

/** Nothing of another machine is believed silently. Throws SYNC_UNSIGNED, SYNC_BUNDLE_INVALID, USAGE_NO_TERMINAL. */
function requireMeans(
  { prompt }: Context,
  adopts: readonly Adopted[],
  manifestSha256: string,
  given: ReturnType<typeof read>,
): void {
  const expected = given.text('manifest');
  if (expected !== undefined && expected !== manifestSha256) {
    throw new ValopsError('SYNC_BUNDLE_INVALID', `the manifest has sha256 ${manifestSha256}, expected ${expected}`, {
      hint: 'This is not the bundle you meant: compare with what "sync export" printed.',
    });
  }
  if (!given.flag('yes')) prompt.require('--yes with --manifest SHA256');
  else if (expected === undefined) {
    const what = adopts.join(' and ');
    throw new ValopsError(
      'SYNC_UNSIGNED',
      `there is no ${what} here, and --yes alone does not take over the bundle's`,
      {
        hint: 'Add --manifest with the sha256 that "sync export" printed on the other machine.',
      },
    );
  }
}

/** Throws SYNC_UNSIGNED when a person says no. */
async function askConsent(
  { events, prompt }: Context,
  adopts: readonly Adopted[],
  manifestSha256: string,
  wanted: readonly PinnedArtifact[],
): Promise<void> {
  const what = adopts.join(' and ');
  const signers = wanted.map(
    ({ declaration, version, platform, pin }) =>
      `${declaration.name} ${version} ${platform.id}\n  sha256 ${pin.sha256}\n` +
      pin.verified.map((one) => `  ${one.type}: ${one.signers.join(', ') || 'listed'}\n`).join(''),
  );
  events.emit({
    kind: 'note',
    message:
      `there is no ${what} here; the bundle's would be taken over, with the keys it brings:\n` +
      `${signers.join('')}manifest sha256 ${manifestSha256}`,
  });
  const agreed = await prompt.yes({
    message: 'Is this the digest that "sync export" printed, and shall all this count here?',
    flag: '--yes with --manifest SHA256',
  });
  if (agreed) return;
  throw new ValopsError('SYNC_UNSIGNED', `the bundle's ${what} was not accepted, so nothing here counts on it`, {
    hint: 'Bring valops.yaml and valops.lock from your repository, then import again.',
  });
}

/** Writes the bundle's files where there are none; never over what is here. */
function adopt({ files }: Context, session: SyncSession, bundle: Bundle, adopts: readonly Adopted[]): void {
  const base = dirname(session.configPath);
  files.ensureDirectory(base, { mode: 0o755 });
  const place = (part: BundlePart, to: string): void => {
    files.ensureDirectory(dirname(to), { mode: 0o755 });
    if (files.stat(to) !== null && part.purpose === 'trust') return;
    files.create(to, files.read(join(bundle.directory, part.path), partLimit), { mode: 0o644 });
  };
  if (adopts.includes('valops.yaml')) {
    for (const part of bundle.manifest.parts.filter(({ purpose }) => purpose === 'trust')) {
      place(part, join(base, part.path));
    }
    place(partOf(bundle, 'config').part, session.configPath);
  }
  if (adopts.includes('valops.lock')) place(partOf(bundle, 'lock').part, session.lockPath);
}
