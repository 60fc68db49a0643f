import type { BaselineSection } from '../section.ts';
import { accountsSection } from './accounts.ts';
import { binariesSection } from './binaries.ts';
import { keysSection } from './keys.ts';
import { listenersSection } from './listeners.ts';
import { packageSourcesSection } from './package-sources.ts';
import { persistenceSection } from './persistence.ts';
import { privilegedFilesSection } from './privileged-files.ts';
import { resolverSection } from './resolver.ts';
import { rulesSection } from './rules.ts';
import { unitsSection } from './units.ts';

/** Every part of a host's state that is accepted, in the order in which they are shown. */
export const baselineSections: readonly BaselineSection[] = [
  accountsSection,
  keysSection,
  listenersSection,
  rulesSection,
  unitsSection,
  persistenceSection,
  privilegedFilesSection,
  packageSourcesSection,
  resolverSection,
  binariesSection,
];
