import type { Family, Finding, Severity, Status } from '../../src/audit/finding.ts';
import type { AuditReport } from '../../src/audit/report.ts';
import type { Standing, Surroundings } from '../../src/audit/surroundings.ts';
import { makeReport } from './audit-report.ts';

type Check = readonly [id: string, family: Family, severity: Severity, title: string, remediation: string];

const checks: readonly Check[] = [
  ['ssh.root-login', 'ssh', 'high', 'root cannot log in by SSH', 'valops ssh harden'],
  ['ssh.no-passwords', 'ssh', 'high', 'sshd takes no passwords', 'valops ssh harden'],
  ['ssh.ciphers', 'ssh', 'medium', 'sshd offers strong ciphers only', 'valops ssh harden'],
  ['firewall.incoming-denied', 'firewall', 'critical', 'what is not allowed is not let in', 'valops firewall apply'],
  [
    'firewall.listeners',
    'firewall',
    'high',
    'only what is declared can be reached',
    'Declare the port, or stop what listens.',
  ],
  [
    'accounts.only-root-is-uid-0',
    'accounts',
    'critical',
    'only root has uid 0',
    'Find out who made it: last, journalctl; then remove it with userdel.',
  ],
  [
    'custody.plaintext-keys',
    'custody',
    'critical',
    'no validator key lies in clear where none may be',
    'Seal it (valops encrypt), then destroy the copy in clear.',
  ],
  ['backups.age', 'backups', 'high', 'the newest backup is younger than a day', 'valops backup create'],
  ['binaries.pins', 'binaries', 'high', 'binaries are what is pinned', 'valops sync --plan'],
  ['services.no-failed-units', 'services', 'medium', 'no unit has failed', 'systemctl status UNIT'],
  [
    'kernel.sysctl',
    'kernel',
    'low',
    'sysctls are as declared, running and at boot',
    'Write them to /etc/sysctl.d and load them.',
  ],
  ['filesystem.headroom', 'filesystem', 'medium', 'disks have room', 'Remove what is not needed, or enlarge it.'],
  [
    'packages.security-updates',
    'packages',
    'medium',
    'no security update is pending',
    'apt-get upgrade in your maintenance window',
  ],
  ['time.clock-agrees', 'time', 'medium', 'the clock is right', 'Look at: chronyc tracking'],
  ['logs.persistent', 'logs', 'low', 'the journal outlives a reboot', 'Make /var/log/journal'],
  [
    'manual.advisories',
    'manual',
    'medium',
    'release notes and advisories were read: validator, chain, distribution',
    'valops audit attest manual.advisories',
  ],
];

const day = 86_400_000;

/** A repeatable sequence of numbers below `limit` (the minimal standard generator of Park and Miller). */
function sequence(seed: number): (limit: number) => number {
  let state = (seed % 2_147_483_646) + 1;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

/** A finding with everything a page can show of it. */
function findingOf(
  [id, family, severity, title, remediation]: Check,
  status: Status,
  next: (limit: number) => number,
): Finding {
  const open = status === 'fail' || status === 'unknown' || status === 'due';
  const waived = open && next(9) === 0;
  return {
    id,
    family,
    severity,
    title,
    remediation,
    status,
    subject: ['PermitRootLogin', '/etc/shadow', '0.0.0.0:9090', 'solana-validator.service', 'operator'][next(5)] ?? '',
    ...(status === 'unknown'
      ? { evidence: 'the program "nft" is not there\nPATH=/usr/sbin:/usr/bin:/sbin:/bin' }
      : { expected: 'no', actual: open ? 'yes' : 'no', evidence: 'line 33: PermitRootLogin yes\nline 41: Match all' }),
    ...(open && next(2) === 0
      ? { running: 'prohibit-password', file: '/etc/ssh/sshd_config.d/50-cloud-init.conf:3' }
      : {}),
    ...(open ? { change: next(3) === 0 ? 'new' : 'still' } : next(7) === 0 ? { change: 'fixed' } : {}),
    ...(waived
      ? {
          waiver: {
            reason: 'console is broken until the provider mends it',
            owner: 'anna',
            expires: '2027-01-31T00:00:00.000Z',
          },
        }
      : {}),
  };
}

/** Reports of `hosts` hosts over `weeks` weeks, the same every time, with what a merge knows of the last ones. */
export function makeFleet(
  hosts: number,
  weeks: number,
): { readonly reports: readonly AuditReport[]; readonly surroundings: Surroundings } {
  const now = Date.parse('2026-11-22T08:00:00Z');
  const all = Array.from({ length: hosts }, (_, host) =>
    Array.from({ length: weeks }, (_, week) => {
      const next = sequence(1 + host * 977 + week * 31);
      const worse = Math.max(2, Math.round((9 * (week + 1)) / weeks));
      const findings = checks.map((check) => {
        const open = next(10) >= worse && (host % 4 !== 1 || week < weeks - 1);
        const status: Status = !open
          ? next(14) === 0
            ? 'skip'
            : 'pass'
          : check[1] === 'manual'
            ? 'due'
            : next(6) === 0
              ? 'unknown'
              : 'fail';
        return findingOf(check, status, next);
      });
      const late = host % 5 === 3 ? 20 * day : 0;
      const startedAt = new Date(now - (weeks - week - 1) * 7 * day - host * 3_600_000 - late).toISOString();
      const waivers = findings.flatMap(({ id, subject, waiver }) =>
        waiver === undefined ? [] : [{ check: id, subject, ...waiver, state: 'applied' as const }],
      );
      return makeReport(findings, {
        host: `val-${['fra', 'ams', 'nyc', 'sgp'][host % 4]}-${host + 1}`,
        startedAt,
        waivers,
      });
    }),
  );
  const reports = all.flatMap((one) => one.slice(-1)).toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  const key = 'SHA256:vx7ZQQGSmdFySdzaZMCqw2ZtfXIrsSRT0348nF56Jtk';
  const standings = new Map(
    reports.map((report, index): [AuditReport, Standing] => [
      report,
      {
        signature:
          index % 6 === 4
            ? { state: 'unsigned' }
            : index % 6 === 5
              ? { state: 'first-seen', key }
              : { state: 'verified', key },
        ...(now - Date.parse(report.startedAt) > 8 * day ? { late: 'last run 20 days ago, weekly' } : {}),
      },
    ]),
  );
  const remarks: Surroundings['remarks'] =
    hosts === 1
      ? []
      : [
          {
            kind: 'refused',
            subject: 'usb/val-ams-2/weekly-20261122T050000000Z.json',
            text: 'the file is not what was signed',
          },
          { kind: 'silent', subject: 'val-tyo-9', text: 'it is declared, and no report of it is here' },
          {
            kind: 'older',
            subject: 'usb/val-fra-1/weekly-20261115T050000000Z.json',
            text: 'of 2026-11-15T05:00:00.000Z; a newer one counts',
          },
        ];
  return {
    reports,
    surroundings: { now: new Date(now), earlier: all.flatMap((one) => one.slice(0, -1)), standings, remarks },
  };
}
