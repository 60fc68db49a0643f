import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts, type Parts } from '../parts.ts';
import { askForUnits, readUnits } from '../systemd-units.ts';

/** What a service that disciplines the clock says of itself. */
export interface ClockTracking {
  readonly service: 'chrony' | 'systemd-timesyncd' | 'ntpsec';
  /** Where time comes from now; null: from nowhere. */
  readonly source: string | null;
  readonly stratum: number | null;
  /** Seconds, the sign left out; null: not told. */
  readonly offset: number | null;
  /** Servers it asks at present, and how many of them it may use; null where it is not told. */
  readonly servers: { readonly asked: number; readonly usable: number } | null;
}

export interface TimeSync {
  /** By systemd-timedated; null where it does not run. */
  readonly timedate: {
    readonly rtcIsLocal: boolean;
    readonly synchronised: boolean;
  } | null;
  /** Third line of /etc/adjtime: how the hardware clock runs; null: not written. */
  readonly adjtime: 'UTC' | 'LOCAL' | null;
  /** For example `tsc`, `kvm-clock`, `hpet`; null: not told. */
  readonly clocksource: string | null;
  /** Services that could discipline the clock, those which exist: whether they start at boot, and run. */
  readonly services: readonly { readonly name: string; readonly enabled: string; readonly active: string }[] | null;
  /** Of the services that run, those that answered. */
  readonly tracking: readonly ClockTracking[];
  /** Lines of chrony's configuration that step the clock or let others ask it, by file and line. */
  readonly chrony: readonly { readonly file: string; readonly text: string }[];
}

const services = ['systemd-timesyncd.service', 'chrony.service', 'ntpsec.service', 'ntp.service', 'openntpd.service'];

/** Whether the clock is disciplined, by whom, how far off it is, and what a boot would change about that. */
export const timeSync: Question<TimeSync> = {
  id: 'time.sync',
  family: 'time',
  title: 'time synchronisation: state, offset, servers, hardware clock',
  script: () => `${partFunctions}${askForUnits(services)}
if [ -d /run/systemd/system ] && command -v timedatectl >/dev/null; then part timedate timeout 5 timedatectl show; fi
[ ! -r /etc/adjtime ] || part adjtime sed -n 3p /etc/adjtime
source=/sys/devices/system/clocksource/clocksource0/current_clocksource
[ ! -r "$source" ] || part clocksource cat "$source"
if pidof chronyd >/dev/null 2>&1 && command -v chronyc >/dev/null; then
  part tracking timeout 5 chronyc -n -c tracking
  part sources timeout 5 chronyc -n -c sources
fi
if pidof systemd-timesyncd >/dev/null 2>&1; then part timesync timeout 5 timedatectl timesync-status; fi
if pidof ntpd >/dev/null 2>&1 && command -v ntpq >/dev/null; then part peers timeout 5 ntpq -pn; fi
chrony() {
  grep -asHnE '^[[:space:]]*(makestep|allow|port|cmdallow|bindcmdaddress|bindaddress)([[:space:]]|$)' /etc/chrony/chrony.conf /etc/chrony/conf.d/*.conf
}
part chrony chrony`,
  privileged: true,
  timeout: 25,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const adjtime = parts.get('adjtime')?.text;
    return {
      timedate: readTimedate(parts),
      adjtime: adjtime === 'UTC' || adjtime === 'LOCAL' ? adjtime : null,
      clocksource: parts.get('clocksource')?.text || null,
      services:
        readUnits(parts)
          ?.filter(({ load }) => load !== 'not-found')
          .map(({ name, enabled, active }) => ({ name, enabled, active })) ?? null,
      tracking: [...readChrony(parts), ...readTimesync(parts), ...readPeers(parts)],
      chrony: partOf(parts, 'chrony')
        .text.split('\n')
        .flatMap((line) => {
          const [, file, text] = /^([^:]+:\d+):\s*(.*)$/.exec(line) ?? [];
          return file === undefined || text === undefined ? [] : [{ file, text: text.replaceAll(/\s+/g, ' ').trim() }];
        }),
    };
  },
};

function readTimedate(parts: Parts): TimeSync['timedate'] {
  const part = parts.get('timedate');
  if (part === undefined) return null;
  const told = new Map([...part.text.matchAll(/^(\w+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]));
  const [local, synchronised] = [told.get('LocalRTC'), told.get('NTPSynchronized')];
  if (part.status !== 0 || local === undefined || synchronised === undefined) return null;
  return { rtcIsLocal: local === 'yes', synchronised: synchronised === 'yes' };
}

/** Comma-separated: reference id, address, stratum, reference time, system time offset … leap status. */
function readChrony(parts: Parts): readonly ClockTracking[] {
  const tracking = parts.get('tracking');
  if (tracking === undefined || tracking.status !== 0) return [];
  const fields = tracking.text.split(',');
  const [id, address, stratum, , offset] = fields;
  const followed = fields.at(-1) === 'Normal' && id !== '00000000' && id !== '7F7F0101';
  const sources = parts.get('sources')?.text.split('\n').filter(Boolean) ?? [];
  return [
    {
      service: 'chrony',
      source: followed ? address || 'a reference clock' : null,
      stratum: numberOf(stratum),
      offset: absolute(numberOf(offset)),
      servers: { asked: sources.length, usable: sources.filter((line) => /^[\^#=],[*+-],/.test(line)).length },
    },
  ];
}

function readTimesync(parts: Parts): readonly ClockTracking[] {
  const part = parts.get('timesync');
  if (part === undefined || part.status !== 0) return [];
  const told = (name: string): string | undefined => new RegExp(`^ *${name}: (.*)$`, 'm').exec(part.text)?.[1];
  const server = told('Server')?.split(' ')[0];
  const answered = told('Stratum') !== undefined;
  return [
    {
      service: 'systemd-timesyncd',
      source: answered && server !== undefined && server !== 'n/a' ? server : null,
      stratum: numberOf(told('Stratum')),
      offset: seconds(told('Offset')),
      servers: null,
    },
  ];
}

/** Table of ntpq(1): tally, remote, refid, stratum, type, when, poll, reach, delay, offset in ms, jitter. */
function readPeers(parts: Parts): readonly ClockTracking[] {
  const part = parts.get('peers');
  if (part === undefined || part.status !== 0) return [];
  const peers = part.text
    .split('\n')
    .slice(2)
    .map((line) => ({ tally: line[0], fields: line.slice(1).trim().split(/\s+/) }))
    .filter(({ fields }) => fields[1] !== '.POOL.' && fields.length >= 10);
  const system = peers.find(({ tally }) => tally === '*' || tally === 'o');
  const offset = numberOf(system?.fields[8]);
  return [
    {
      service: 'ntpsec',
      source: system?.fields[0] ?? null,
      stratum: numberOf(system?.fields[2]),
      offset: offset === null ? null : Math.abs(offset) / 1000,
      servers: { asked: peers.length, usable: peers.filter(({ tally }) => '*o+#'.includes(tally ?? ' ')).length },
    },
  ];
}

/** A span as systemd writes it: `+1.234ms`, `-12us`, `2.5s`, `1min 2s`. */
function seconds(text: string | undefined): number | null {
  if (text === undefined) return null;
  const units: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86_400 };
  const spans = [...text.matchAll(/([\d.]+)(us|ms|s|min|h|d)\b/g)];
  return spans.length === 0 ? null : spans.reduce((sum, [, n, unit = '']) => sum + Number(n) * (units[unit] ?? 0), 0);
}

function numberOf(text: string | undefined): number | null {
  const number = Number(text);
  return text === undefined || text === '' || !Number.isFinite(number) ? null : number;
}

const absolute = (value: number | null): number | null => (value === null ? null : Math.abs(value));
