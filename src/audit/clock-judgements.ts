import type { Init } from '../facts/system/init.ts';
import type { TimeSync } from '../facts/time/sync.ts';
import { containerOf } from './containers.ts';
import type { Judgement } from './finding.ts';

/** In a container there is no clock to judge: that of the machine below is all there is. Null where the host has its own. */
export function clockOfItsMachine(init: Init, host: string): readonly Judgement[] | null {
  const container = containerOf(init);
  if (container === undefined) return null;
  return [{ status: 'skip', subject: host, evidence: `a container (${container}): its clock is its machine's` }];
}

/** Which services keep time is asked of systemd. */
export function servicesUnseen(host: string): readonly Judgement[] {
  return [{ status: 'unknown', subject: host, evidence: 'systemd does not run: services were not seen' }];
}

/** Why settings of chrony are not judged; null where they are. */
export function chronyUnseen({ services }: Pick<TimeSync, 'services'>, host: string): readonly Judgement[] | null {
  if (services === null) return servicesUnseen(host);
  if (services.some(({ name }) => name === 'chrony.service')) return null;
  return [{ status: 'skip', subject: host, evidence: 'chrony is not installed' }];
}
