import { packagesApt } from '../../../facts/packages/apt.ts';
import { defineCheck } from '../../check.ts';

/** Settings that must not be on, and those that must not be off. */
const neverOn =
  /^(APT::Get::(AllowUnauthenticated|Force-Yes|Allow-Downgrades|Allow-Change-Held-Packages)|Acquire::Allow(InsecureRepositories|WeakRepositories|DowngradeToInsecureRepositories)|APT::Authentication::TrustCDROM)$/i;
const neverOff = /^Acquire::(Check-Valid-Until|Check-Date|https::(.*::)?Verify-(Peer|Host))$/i;
const on = /^(yes|true|with|on|enable|1)$/i;
const off = /^(no|false|without|off|disable|0)$/i;

const want = { want: 'defaults: nothing unverified, nothing outdated', source: 'apt.conf(5); apt-secure(8)' };

export const aptVerifies = defineCheck({
  id: 'packages.apt-verifies',
  title: 'apt refuses what it cannot verify',
  why: 'One such line turns every signature of the archive off, for good: an update then comes from anybody in between.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Find the line and remove it: grep -rn <SETTING> /etc/apt/apt.conf /etc/apt/apt.conf.d',
  needs: { apt: packagesApt },
  evaluate: ({ apt: { settings } }) => {
    const found = Object.entries(settings).filter(
      ([name, value]) => (neverOn.test(name) && on.test(value)) || (neverOff.test(name) && off.test(value)),
    );
    if (found.length === 0)
      return [{ status: 'pass', subject: 'apt', expected: 'nothing unverified', actual: 'nothing unverified' }];
    return found.map(([subject, actual]) => ({
      status: 'fail',
      subject,
      expected: 'not set',
      actual,
      file: '/etc/apt/apt.conf.d',
    }));
  },
});
