import { describe, expect, test } from 'vitest';
import { readPersisted, sysctlName } from '../../src/facts/sysctl-files.ts';

describe('files of sysctl.d(5)', () => {
  test('the first separator decides what dots mean', () => {
    expect(sysctlName('net.ipv4.conf.eth0/1.rp_filter')).toBe('net.ipv4.conf.eth0/1.rp_filter');
    expect(sysctlName('net/ipv4/conf/eth0.1/rp_filter')).toBe('net.ipv4.conf.eth0/1.rp_filter');
    expect(sysctlName('kernel.sysrq')).toBe('kernel.sysrq');
  });

  test('the last file by name wins, whatever its directory; a file hides its namesakes in weaker ones', () => {
    const lines = [
      '/etc/sysctl.d/50-a.conf:1:kernel.sysrq = 0',
      '/etc/sysctl.d/50-a.conf:2:-kernel.kptr_restrict=1',
      '/etc/sysctl.d/50-a.conf:3:kernel.kptr_restrict=2',
      '/usr/lib/sysctl.d/50-a.conf:1:kernel.perf_event_paranoid = 1',
      '/usr/lib/sysctl.d/99-z.conf:4:kernel.sysrq = 438',
      '/etc/sysctl.d/50-a.conf:9:no setting',
    ];
    expect(readPersisted(lines, false)).toEqual([
      { name: 'kernel.sysrq', value: '438', file: '/usr/lib/sysctl.d/99-z.conf', line: 4, atBoot: true },
      { name: 'kernel.kptr_restrict', value: '2', file: '/etc/sysctl.d/50-a.conf', line: 3, atBoot: true },
    ]);
  });

  test('/etc/sysctl.conf counts at boot only by a link to it', () => {
    const lines = ['/etc/sysctl.conf:7:kernel.sysrq=0'];
    expect(readPersisted(lines, false)).toMatchObject([{ name: 'kernel.sysrq', atBoot: false }]);
    expect(readPersisted(lines, true)).toEqual([]);
  });
});
