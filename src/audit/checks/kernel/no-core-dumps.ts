import { kernelCoreDumps } from '../../../facts/kernel/core-dumps.ts';
import { systemInit } from '../../../facts/system/init.ts';
import { defineCheck } from '../../check.ts';
import { containerOf } from '../../containers.ts';

const off = /^(\|\s*\/(usr\/)?bin\/(false|true)|\/dev\/null)\b/;

export const noCoreDumps = defineCheck({
  id: 'kernel.no-core-dumps',
  title: 'the handler of core dumps keeps none',
  why: 'A dump of the validator holds its key in clear; systemd-coredump and apport keep them for weeks, and may send them.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'no handler, or one that keeps nothing', source: 'coredump.conf(5); core(5)' },
    'cis-l1': { want: 'Storage=none, ProcessSizeMax=0, hard limit 0', source: 'CIS Ubuntu 24.04 1.5.3' },
  },
  remediation:
    'mkdir -p /etc/systemd/coredump.conf.d; printf "[Coredump]\\nStorage=none\\nProcessSizeMax=0\\n" >/etc/systemd/coredump.conf.d/off.conf; echo "* hard core 0" >/etc/security/limits.d/60-core.conf',
  needs: { dumps: kernelCoreDumps, init: systemInit },
  evaluate: ({ dumps: { pattern, handler, limits, defaultLimit }, init }, { profile }) => {
    const container = containerOf(init);
    const subject = 'core_pattern';
    const piped = /^\|\s*(\S+)/.exec(pattern)?.[1];
    const common = { subject, running: pattern || 'none' };
    if (pattern === '' || off.test(pattern)) return [{ ...common, status: 'pass', expected: 'nothing kept' }];
    if (container !== undefined)
      return [{ ...common, status: 'skip', evidence: `a container (${container}): the kernel is its machine's` }];
    if (piped?.endsWith('/systemd-coredump') === true) {
      const storage = handler.findLast(({ text }) => /^Storage\s*=/.test(text));
      const value = storage?.text.replace(/^Storage\s*=\s*/, '');
      return [
        {
          ...common,
          status: value === 'none' ? 'pass' : 'fail',
          expected: 'Storage=none',
          actual: value === undefined ? 'Storage=external (the default)' : `Storage=${value}`,
          ...(storage === undefined ? {} : { file: `${storage.file}:${storage.line}` }),
        },
      ];
    }
    if (piped !== undefined)
      return [
        { ...common, status: 'fail', expected: 'no handler that keeps dumps', evidence: `${piped} gets every dump` },
      ];
    if (profile !== 'cis-l1')
      return [
        {
          ...common,
          status: 'pass',
          expected: 'no handler that keeps dumps',
          evidence: 'no handler; the limits of the validator itself: services.no-core-dumps',
        },
      ];
    const hard = limits.find(({ text }) => /^\*\s+(hard|-)\s+core\s+0$/.test(text));
    const limited = hard !== undefined || defaultLimit === '0';
    return [
      {
        ...common,
        status: limited ? 'pass' : 'fail',
        expected: 'a hard limit of 0 for everybody',
        actual: hard?.text ?? `no such line; DefaultLimitCORE=${defaultLimit ?? 'not told'}`,
        ...(hard === undefined ? {} : { file: `${hard.file}:${hard.line}` }),
      },
    ];
  },
});
