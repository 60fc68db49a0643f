import type { Check } from '../../check.ts';
import { asDeclared } from './as-declared.ts';
import { forwarding } from './forwarding.ts';
import { incomingDenied } from './incoming-denied.ts';
import { listeners } from './listeners.ts';
import { noBypass } from './no-bypass.ts';
import { oneTool } from './one-tool.ts';
import { configModes } from './config-modes.ts';
import { sameForV6 } from './same-for-v6.ts';
import { startsAtBoot } from './starts-at-boot.ts';

export const firewallChecks: readonly Check[] = [
  asDeclared,
  forwarding,
  incomingDenied,
  listeners,
  noBypass,
  oneTool,
  configModes,
  sameForV6,
  startsAtBoot,
];
