import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';
import { askForUnits, readUnits } from '../systemd-units.ts';

export interface HostClock {
  /** Seconds since 1970 by the host's clock, when it was asked. */
  readonly now: number;
  /** Whole seconds since boot. */
  readonly uptime: number;
  /** Name in the zoneinfo database, for example `Etc/UTC`; null when it is not told. */
  readonly timezone: string | null;
  /** Active services that discipline the clock; null where systemd does not run. */
  readonly synchronisers: readonly string[] | null;
}

export const systemClock: Question<HostClock> = {
  id: 'system.clock',
  family: 'system',
  title: 'clock, time since boot, time synchronisation',
  script: () => `${partFunctions}
part now date +%s
part uptime cat /proc/uptime
part zone readlink /etc/localtime
${askForUnits(['systemd-timesyncd.service', 'chrony.service', 'ntpsec.service', 'ntp.service', 'openntpd.service'])}`,
  privileged: false,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const now = Number(partOf(parts, 'now').text);
    const uptime = Math.floor(Number.parseFloat(partOf(parts, 'uptime').text));
    if (!Number.isSafeInteger(now) || !Number.isSafeInteger(uptime)) throw new Error('the clock told no number');
    return {
      now,
      uptime,
      timezone: /zoneinfo\/(.+)$/.exec(partOf(parts, 'zone').text)?.[1] ?? null,
      synchronisers:
        readUnits(parts)
          ?.filter(({ active }) => active === 'active')
          .map(({ name }) => name) ?? null,
    };
  },
};
