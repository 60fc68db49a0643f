import { ValopsError } from '../lib/errors.ts';
import type { Declaration, Platform } from './declaration.ts';
import { verifySpecs } from './evidence.ts';
import type { Pin, PinFile } from './pin.ts';
import type { PinnedArtifact } from './fetch.ts';
import { fill } from './placeholders.ts';
import { releaseWords } from './release-words.ts';
import { satisfies } from './verifiers/judge.ts';

/** The declarations called `names`, or all without names. Throws SYNC_UNKNOWN_BINARY. */
export function selectBinaries(declared: readonly Declaration[], names: readonly string[]): readonly Declaration[] {
  if (names.length === 0) return declared;
  return [...new Set(names)].map((name) => {
    const found = declared.find((one) => one.name === name);
    if (found !== undefined) return found;
    const known = declared.map((one) => one.name).join(', ');
    throw new ValopsError('SYNC_UNKNOWN_BINARY', `"${name}" is not declared under "binaries" in valops.yaml`, {
      hint: known === '' ? 'Declare it there first.' : `Declared are: ${known}`,
    });
  });
}

/**
 * The pin that may be installed on a platform: of the declared version, and with evidence that
 * satisfies today's `verify:`. Throws SYNC_UNPINNED, SYNC_PIN_OUTDATED, SYNC_NO_PLATFORM and
 * SYNC_SIGNERS_TOO_FEW.
 */
export function pinnedFor(declaration: Declaration, pins: PinFile, platformId: string): PinnedArtifact {
  const { name, version } = declaration;
  const binary = pins.binaries[name];
  if (binary === undefined) {
    throw new ValopsError('SYNC_UNPINNED', `"${name}" has no pin in valops.lock, so nothing of it is installed`, {
      hint: `valops sync pin ${name}`,
    });
  }
  if (binary.version !== version) {
    throw new ValopsError(
      'SYNC_PIN_OUTDATED',
      `valops.yaml wants "${name}" ${version}, valops.lock pins ${binary.version}`,
      { hint: `valops sync pin ${name} ${version}` },
    );
  }
  const platform = declaration.platforms.find(({ id }) => id === platformId);
  if (platform === undefined) {
    throw new ValopsError(
      'SYNC_NO_PLATFORM',
      `"${name}" is declared for ${declaration.platforms.map(({ id }) => id).join(', ')}; this machine is ${platformId}`,
      { hint: `Add ${platformId} to its platforms in valops.yaml, then pin it again.` },
    );
  }
  const pin = pinOf(binary.platforms, platform, name);
  const words = releaseWords(declaration, platform, version);
  const installs = declaration.archive.members.map(
    ({ install, mode }) => `${fill(install, { ...words })} 0${mode.toString(8)}`,
  );
  const pinned = Object.entries(pin.files).map(([path, { mode }]) => `${path} ${mode}`);
  if (installs.toSorted().join() !== pinned.toSorted().join()) {
    throw new ValopsError(
      'SYNC_PIN_OUTDATED',
      `valops.yaml installs "${installs.join(', ')}" of "${name}", valops.lock pins "${pinned.join(', ')}"`,
      { hint: `valops sync pin ${name}` },
    );
  }
  const unsatisfied = satisfies(verifySpecs(declaration, words, pin.artifact), pin.verified);
  if (unsatisfied !== undefined && !(binary.unsafeFirstUse && declaration.verify.length === 0)) {
    throw new ValopsError(
      'SYNC_SIGNERS_TOO_FEW',
      `the pin of "${name}" ${version} does not satisfy "verify" of valops.yaml any more: ${unsatisfied}`,
      { hint: `Pin it again by what is trusted now: valops sync pin ${name}` },
    );
  }
  return { declaration, version, platform, pin };
}

function pinOf(platforms: Readonly<Record<string, Pin>>, platform: Platform, name: string): Pin {
  const pin = platforms[platform.id];
  if (pin !== undefined) return pin;
  throw new ValopsError(
    'SYNC_NO_PLATFORM',
    `"${name}" is pinned for ${Object.keys(platforms).join(', ') || 'nothing'}, not for ${platform.id}`,
    {
      hint: `Pin it again, all its platforms at once: valops sync pin ${name}`,
    },
  );
}
