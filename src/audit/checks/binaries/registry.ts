import type { Check } from '../../check.ts';
import { active } from './active.ts';
import { asInstalled } from './as-installed.ts';
import { bytes } from './bytes.ts';
import { links } from './links.ts';
import { noLeftovers } from './no-leftovers.ts';
import { pinned } from './pinned.ts';
import { prefixSafe } from './prefix-safe.ts';
import { programsSafe } from './programs-safe.ts';
import { runningIsActive } from './running-is-active.ts';
import { runningIsOnDisk } from './running-is-on-disk.ts';
import { searchPaths } from './search-paths.ts';
import { signed } from './signed.ts';
import { unitsRunPinned } from './units-run-pinned.ts';

export const binaryChecks: readonly Check[] = [
  active,
  asInstalled,
  bytes,
  links,
  noLeftovers,
  pinned,
  prefixSafe,
  programsSafe,
  runningIsActive,
  runningIsOnDisk,
  searchPaths,
  signed,
  unitsRunPinned,
];
