import { binariesProgramsOf } from '../../../facts/binaries/programs.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import { firstOpen } from '../../open-path.ts';

const want = {
  want: 'absolute directories of root; no LD_PRELOAD, LD_LIBRARY_PATH or LD_AUDIT',
  source: 'environ(7); ld.so(8)',
};

export const searchPaths = defineCheck({
  id: 'binaries.search-paths',
  title: 'the validator finds programs and libraries in directories of root only',
  why: 'A PATH or LD_PRELOAD that leads to a place of somebody else runs their code with the key in memory.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'systemctl edit <UNIT>: take the variable out, or set Environment=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin',
  needs: ({ units, binariesPrefix }) => ({ programs: binariesProgramsOf(units, binariesPrefix) }),
  evaluate: ({ programs: { units, processes, files, real } }, _policy, { name }) => {
    const places = new Map<string, readonly string[]>([
      ...(units ?? []).filter(({ load }) => load === 'loaded').map((one) => [one.name, one.variables] as const),
      ...processes.map(({ pid, exe, unit, variables }) => [`${unit ?? `pid ${pid}`} ${exe}`, variables] as const),
    ]);
    if (places.size === 0)
      return [{ status: 'skip', subject: name, evidence: 'no unit is declared, and nothing runs' }];
    return [...places].map(([subject, variables]): Judgement => {
      const wrong = variables.flatMap((variable) => {
        const equals = variable.indexOf('=');
        const [key, value] = [variable.slice(0, equals), variable.slice(equals + 1)];
        if (/^LD_(PRELOAD|LIBRARY_PATH|AUDIT)$/.test(key)) return [variable];
        if (key !== 'PATH') return [];
        return value.split(':').flatMap((one) => {
          if (!one.startsWith('/')) return [`PATH has "${one}", relative to wherever it runs`];
          const open = firstOpen(real[one] ?? one, files);
          return open === null ? [] : [`PATH has ${one}, and ${open.path} is ${open.owner}:${open.group} ${open.mode}`];
        });
      });
      return {
        status: wrong.length > 0 ? 'fail' : 'pass',
        subject,
        expected: want.want,
        actual: wrong.join('; ') || variables.join(' ') || 'sets none of them',
      };
    });
  },
});
