import { persistenceLines } from '../../../facts/persistence/lines.ts';
import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeLines, linesOutsidePackages } from '../../place-lines.ts';

/** Useful in a unit of one program, never for all of them. */
const forOneProgram = /^(?:LD_LIBRARY_PATH|PYTHONPATH|PYTHONSTARTUP|PERL5LIB|PERL5OPT|NODE_OPTIONS|RUBYOPT)$/;
const ofOneProgram = /\/systemd\/(?:system|user)\/|\/cron|\/etc\/default\//;

export const noCodeByEnvironment = defineCheck({
  id: 'persistence.no-code-by-environment',
  title: 'no variable makes every program run other code',
  why: 'LD_PRELOAD or BASH_ENV in an environment that all share is a way into programs of root which no file of theirs shows.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('none of LD_PRELOAD, BASH_ENV and the like', 'ld.so(8), bash(1), MITRE ATT&CK T1574.006'),
  remediation: 'sed -n <LINE>p <FILE>; take it out; systemctl daemon-reexec; log in anew',
  needs: { lines: persistenceLines, places: persistencePlaces },
  evaluate: ({ lines, places }, _policy, { name: host }) => {
    const set = linesOutsidePackages(lines, places, ['variable']).filter(
      ({ path, name }) => !(forOneProgram.test(name) && ofOneProgram.test(path)),
    );
    const manager = lines.manager.map((name) => ({ path: 'systemd', line: 0, why: 'variable' as const, name }));
    return judgeLines(
      [...set, ...manager],
      ({ path }) => ({ expected: 'not set', actual: `set in ${path}` }),
      host,
    ).map((judgement) =>
      judgement.file === 'systemd:0' ? { ...judgement, file: 'systemctl show-environment' } : judgement,
    );
  },
});
