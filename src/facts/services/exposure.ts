import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

/** Scores of `systemd-analyze security` by service, in tenths: 0 is shut in, 100 is not confined at all. */
export const servicesExposure: Question<Readonly<Record<string, number>>> = {
  id: 'services.exposure',
  family: 'services',
  title: 'exposure of services by systemd-analyze security',
  script: () => `${partFunctions}
[ -d /run/systemd/system ] || exit 3
command -v systemd-analyze >/dev/null || exit 4
part scores systemd-analyze security --no-pager`,
  privileged: true,
  timeout: 20,
  parse: ({ exitCode, stdout }) => {
    if (exitCode === 3) throw new Error('systemd does not run');
    if (exitCode === 4) throw new Error('systemd-analyze is not installed');
    const { status, text } = partOf(readParts(stdout), 'scores');
    if (status !== 0) throw new Error(`systemd-analyze security ended with ${status}`);
    return Object.fromEntries(
      text.split('\n').flatMap((line) => {
        const match = /^(\S+\.service) +(\d+\.\d) /.exec(line.trim());
        return match === null ? [] : [[match[1] ?? '', Math.round(10 * Number(match[2]))] as const];
      }),
    );
  },
};
