import { packagesApt } from '../../../facts/packages/apt.ts';
import { defineCheck } from '../../check.ts';

export const unattendedUpgrades = defineCheck({
  id: 'packages.unattended-upgrades',
  title: 'updates are installed by themselves only where the profile wants it',
  why: 'On a validator they restart it, or its libraries, in the middle of its duties, on every host of a fleet at once.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'off: an operator installs them', source: 'agave docs: unattended upgrades' },
    'cis-l1': { want: 'on', source: 'CIS Ubuntu 24.04 1.2.2.1; Lynis PKGS-7420' },
  },
  remediation:
    'Off: systemctl disable --now apt-daily-upgrade.timer; echo APT::Periodic::Unattended-Upgrade \\"0\\"; >/etc/apt/apt.conf.d/99-valops. On: apt-get install unattended-upgrades; dpkg-reconfigure -plow unattended-upgrades',
  needs: { apt: packagesApt },
  evaluate: ({ apt: { settings, units, unattendedUpgrades: installed } }, { profile }) => {
    const period = settings['APT::Periodic::Unattended-Upgrade'] ?? '0';
    const wanted = settings['APT::Periodic::Enable'] !== '0' && period !== '0' && installed;
    const timer = units?.find(({ name }) => name === 'apt-daily-upgrade.timer');
    const common = {
      subject: 'unattended-upgrades',
      actual: installed ? `APT::Periodic::Unattended-Upgrade "${period}"` : 'not installed',
    };
    if (units === null)
      return [{ ...common, status: 'unknown', evidence: 'systemd does not run: what starts it was not seen' }];
    const starts =
      timer !== undefined && timer.load === 'loaded' && (timer.active === 'active' || timer.enabled === 'enabled');
    const running = `apt-daily-upgrade.timer ${timer === undefined ? 'is not there' : `${timer.enabled}, ${timer.active}`}`;
    const isOn = wanted && starts;
    const want = profile === 'cis-l1';
    return [{ ...common, status: isOn === want ? 'pass' : 'fail', expected: want ? 'on' : 'off', running }];
  },
});
