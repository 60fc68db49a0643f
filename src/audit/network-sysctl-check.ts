import { networkSysctl, type NetworkSettings } from '../facts/network/sysctl.ts';
import { type Check, defineCheck } from './check.ts';
import type { Judgement } from './finding.ts';
import type { AuditProfile } from './policy.ts';

/** A setting of each interface, with how the kernel combines it with that of `all`. */
export interface InterfaceSetting {
  readonly family: 'ipv4' | 'ipv6';
  readonly name: string;
  /** In words. */
  readonly expected: string;
  /** What counts for an interface, from its own value, that of `all`, and whether it forwards. */
  readonly combine: (own: number, all: number, forwards: boolean) => number;
  readonly fits: (value: number, profile: AuditProfile) => boolean;
  /** The kernel's own default is not wanted: where no file sets it, it is lost at the next boot. */
  readonly byFile: boolean;
}

type Text = Pick<Check, 'id' | 'title' | 'why' | 'severity' | 'cadence' | 'expectations' | 'remediation'>;

/** A check of settings that each interface has: one judgement each, by what the kernel really does. Containers have their own. */
export function interfaceCheck(text: Text, wanted: readonly InterfaceSetting[]): Check {
  return defineCheck({
    ...text,
    needs: { sysctl: networkSysctl },
    evaluate: ({ sysctl }, { profile }) => wanted.map((one) => judge(one, sysctl, profile)),
  });
}

function judge(wanted: InterfaceSetting, { running, persisted }: NetworkSettings, profile: AuditProfile): Judgement {
  const { family, name, expected, combine, fits, byFile } = wanted;
  const prefix = `net.${family}.conf.`;
  const subject = `${prefix}*.${name}`;
  const all = running[`${prefix}all.${name}`];
  if (all === undefined)
    return { status: 'skip', subject, evidence: `this host has no ${family === 'ipv4' ? 'IPv4' : 'IPv6'}` };
  const interfaces = Object.keys(running).flatMap((key) => {
    const device = key.startsWith(prefix) && key.endsWith(`.${name}`) ? key.slice(prefix.length, -name.length - 1) : '';
    return ['', 'all', 'default', 'lo'].includes(device) ? [] : [device];
  });
  const values = interfaces
    .filter((device) => running[`${prefix}${device}.disable_ipv6`] !== 1)
    .map((device) => ({
      device,
      value: combine(running[`${prefix}${device}.${name}`] ?? all, all, running[`${prefix}${device}.forwarding`] === 1),
    }));
  const bad = values.filter(({ value }) => !fits(value, profile));
  const set = persisted.findLast(
    (one) => one.atBoot && (one.name === `${prefix}all.${name}` || one.name === `${prefix}*.${name}`),
  );
  const common = {
    subject,
    expected,
    running: describe(bad.length > 0 ? bad : values),
    ...(set === undefined ? {} : { actual: set.value, file: `${set.file}:${set.line}` }),
  };
  if (bad.length > 0) return { ...common, status: 'fail' };
  if (set === undefined && byFile && values.length > 0)
    return { ...common, status: 'fail', actual: 'in no file', evidence: 'it will be lost at the next boot' };
  if (set !== undefined && !fits(combine(Number(set.value), Number(set.value), false), profile))
    return { ...common, status: 'fail', evidence: 'this is what it will be after the next boot' };
  return { ...common, status: 'pass' };
}

function describe(values: readonly { readonly device: string; readonly value: number }[]): string {
  const devices = values.map(({ device, value }) => `${value} on ${device}`);
  return devices.length > 6
    ? `${devices.slice(0, 6).join(', ')} and ${devices.length - 6} more`
    : devices.join(', ') || 'no interface';
}
