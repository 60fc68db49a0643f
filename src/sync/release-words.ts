import type { Declaration, Platform } from './declaration.ts';
import type { Placeholders } from './source.ts';

/** The words that fill the placeholders of one release on one platform. */
export function releaseWords({ name }: Declaration, { os, arch, target }: Platform, version: string): Placeholders {
  return { name, version, os, arch, target };
}
