import { networkSysctl } from '../../../facts/network/sysctl.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

const wanted = [
  'net.ipv4.tcp_syncookies',
  'net.ipv4.icmp_echo_ignore_broadcasts',
  'net.ipv4.icmp_ignore_bogus_error_responses',
];

export const robustStack = defineCheck({
  id: 'network.robust-stack',
  title: 'the kernel keeps what protects it from floods',
  why: 'Without SYN cookies a few thousand packets a second keep everybody out of the ports of the validator.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: ofBoth('1 each, as the kernel has them', 'CIS Ubuntu 24.04 3.3.3, 3.3.4, 3.3.10'),
  remediation: 'Take that line out of the file, then: sysctl <NAME>=1',
  needs: { sysctl: networkSysctl },
  evaluate: ({ sysctl: { running, persisted } }) =>
    wanted.map((subject): Judgement => {
      const value = running[subject];
      const set = persisted.findLast(({ name, atBoot }) => name === subject && atBoot);
      const file = set === undefined ? {} : { actual: set.value, file: `${set.file}:${set.line}` };
      if (value === undefined) return { status: 'unknown', subject, ...file, evidence: 'the kernel does not tell' };
      const good = value >= 1 && (set === undefined || Number(set.value) >= 1);
      return { status: good ? 'pass' : 'fail', subject, expected: '1', running: String(value), ...file };
    }),
});
