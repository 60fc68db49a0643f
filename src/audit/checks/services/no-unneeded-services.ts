import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';

/** Services that a validator host has no use for, by unit, and where that is said. */
const unneeded: Readonly<Record<string, string>> = {
  autofs: '2.1.1',
  'avahi-daemon': '2.1.2',
  'isc-dhcp-server': '2.1.3',
  'isc-dhcp-server6': '2.1.3',
  named: '2.1.4',
  dnsmasq: '2.1.5',
  vsftpd: '2.1.6',
  slapd: '2.1.7',
  dovecot: '2.1.8',
  'nfs-server': '2.1.9',
  ypserv: '2.1.10',
  cups: '2.1.11',
  'cups-browsed': '2.1.11',
  rpcbind: '2.1.12',
  rsync: '2.1.13',
  smbd: '2.1.14',
  snmpd: '2.1.15',
  'tftpd-hpa': '2.1.16',
  squid: '2.1.17',
  xinetd: '2.1.19',
  inetd: '2.1.19',
  'openbsd-inetd': '2.1.19',
  gdm: '2.1.20',
  gdm3: '2.1.20',
  lightdm: '2.1.20',
  bluetooth: '3.1.3',
};

/** Not in the CIS lists, and no better. */
const elsewhere = [
  'telnetd',
  'inetutils-inetd',
  'rsh',
  'nmbd',
  'xrdp',
  'vncserver',
  'webmin',
  'cockpit',
  'ModemManager',
];

const want = { want: 'none of them runs or starts at boot', source: 'CIS Ubuntu 24.04 2.1, 3.1.3' };

export const noUnneededServices = defineCheck({
  id: 'services.no-unneeded-services',
  title: 'no network service runs that a validator host has no use for',
  why: 'Each of them is code that strangers reach, on a host whose only work is to sign.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'systemctl disable --now <UNIT>, or better: apt-get purge <PACKAGE>',
  needs: { units: servicesUnits },
  evaluate: ({ units }, { profile, units: declared }) => {
    const listed = (name: string): boolean =>
      Object.hasOwn(unneeded, name) || (profile === 'validator' && elsewhere.includes(name));
    const found = units.filter(
      ({ name, load, active, enabled }) =>
        listed(name.replace(/\.service$/, '')) &&
        !declared.includes(name) &&
        load === 'loaded' &&
        (active === 'active' || active === 'activating' || enabled === 'enabled'),
    );
    if (found.length === 0)
      return [{ status: 'pass', subject: 'services', expected: 'none of the list', running: 'none' }];
    return found.map(({ name, active, enabled, file }) => ({
      status: 'fail',
      subject: name,
      expected: 'not there, or stopped and disabled',
      actual: enabled || 'no unit file',
      running: active,
      ...(file === null ? {} : { file }),
    }));
  },
});
