import { systemOs } from '../../../facts/system/os.ts';
import { defineCheck } from '../../check.ts';

/** Last day of free security updates by release, long-term support of Debian included. */
const ends: Readonly<Record<string, string>> = {
  'debian 10': '2024-06-30',
  'debian 11': '2026-08-31',
  'debian 12': '2028-06-30',
  'debian 13': '2030-06-30',
  'ubuntu 18.04': '2023-05-31',
  'ubuntu 20.04': '2025-05-31',
  'ubuntu 22.04': '2027-04-30',
  'ubuntu 24.04': '2029-05-31',
  'ubuntu 26.04': '2031-05-31',
};

const want = { want: 'until later than today', source: 'Debian wiki: LTS; Ubuntu release cycle' };
const month = 30 * 86_400_000;

export const releaseSupported = defineCheck({
  id: 'packages.release-supported',
  title: 'the release still gets security updates',
  why: 'After its end nothing is pending any more, and every new hole stays open; a new host takes weeks to prepare.',
  severity: 'high',
  cadence: 'monthly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Prepare a host with a newer release and move the validator; Ubuntu Pro buys time: pro attach',
  needs: { os: systemOs },
  evaluate: ({ os: { id, version, name: subject } }, { now }, { name: host }) => {
    const release = `${id} ${version ?? ''}`.trim();
    const end = ends[release];
    if (end === undefined)
      return [
        {
          status: id === 'debian' || id === 'ubuntu' ? 'unknown' : 'skip',
          subject: host,
          evidence: `when "${subject}" ends is not known here`,
        },
      ];
    const left = Date.parse(`${end}T23:59:59Z`) - now.getTime();
    return [
      {
        status: left < 0 ? 'fail' : 'pass',
        subject: release,
        expected: 'security updates',
        actual: left < 0 ? `ended on ${end}` : `until ${end}`,
        file: '/etc/os-release',
        ...(left >= 0 && left < 6 * month ? { evidence: 'less than half a year is left' } : {}),
      },
    ];
  },
});
