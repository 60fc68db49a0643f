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
    const wrongIn = (variables: readonly string[]): readonly string[] =>
      variables.flatMap((variable) => {
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
    const loaded = (units ?? []).filter(({ load }) => load === 'loaded');
    const strays = processes.filter(({ unit }) => unit === null);
    const subjects = [
      ...loaded.map((one) => ({
        subject: one.name,
        declared: one.variables,
        running: processes.filter(({ unit }) => unit === one.name).flatMap(({ variables }) => variables),
      })),
      ...new Map(
        strays.map(({ exe, variables }) => [exe, { subject: exe, declared: [], running: variables }]),
      ).values(),
    ];
    if (subjects.length === 0)
      return [{ status: 'skip', subject: name, evidence: 'no unit is declared, and nothing runs' }];
    return subjects.map(({ subject, declared, running }): Judgement => {
      const wrong = [...new Set([...wrongIn(declared), ...wrongIn(running)])];
      return {
        status: wrong.length > 0 ? 'fail' : 'pass',
        subject,
        expected: want.want,
        actual: declared.join(' ') || 'sets none of them',
        ...(running.length > 0 ? { running: [...new Set(running)].join(' ') } : {}),
        ...(wrong.length > 0 ? { evidence: wrong.join('; ') } : {}),
      };
    });
  },
});
