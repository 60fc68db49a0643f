import type { Check } from '../../check.ts';
import { clockAgrees } from './clock-agrees.ts';
import { oneSynchroniser } from './one-synchroniser.ts';
import { synchronised } from './synchronised.ts';
import { offset } from './offset.ts';
import { severalServers } from './several-servers.ts';
import { enabledAtBoot } from './enabled-at-boot.ts';
import { zoneUtc } from './zone-utc.ts';
import { hardwareClockUtc } from './hardware-clock-utc.ts';
import { fastClocksource } from './fast-clocksource.ts';
import { noLateSteps } from './no-late-steps.ts';
import { servesNobody } from './serves-nobody.ts';

export const timeChecks: readonly Check[] = [
  clockAgrees,
  oneSynchroniser,
  synchronised,
  offset,
  severalServers,
  enabledAtBoot,
  zoneUtc,
  hardwareClockUtc,
  fastClocksource,
  noLateSteps,
  servesNobody,
];
