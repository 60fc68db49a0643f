import type { BaselineSection } from '../section.ts';
import { accountsSection } from './accounts.ts';
import { keysSection } from './keys.ts';
import { listenersSection } from './listeners.ts';
import { resolverSection } from './resolver.ts';
import { rulesSection } from './rules.ts';

/** Every part of a host's state that is accepted, in the order in which they are shown. */
export const baselineSections: readonly BaselineSection[] = [
  accountsSection,
  keysSection,
  listenersSection,
  rulesSection,
  resolverSection,
];
