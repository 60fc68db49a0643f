import type { Judgement } from '../../finding.ts';
import { persistenceLines } from '../../../facts/persistence/lines.ts';
import { persistencePlaces } from '../../../facts/persistence/places.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { judgeLines, linesOutsidePackages } from '../../place-lines.ts';

const said = {
  fetch: 'downloads something and runs it',
  'remote-shell': 'opens a shell to the network',
  encoded: 'decodes what it then uses',
  temporary: 'runs a program of a directory everybody may write to',
};

/** Of a place in a home. */
const unreadWhy = 'not read: a link to a directory elsewhere or to the kernel, or more than 4000 names';

export const noSuspiciousCommands = defineCheck({
  id: 'persistence.no-suspicious-commands',
  title: 'nothing that runs by itself fetches code, decodes it, or opens a shell to the network',
  why: 'What comes from the network at each boot is what somebody else wants it to be by then; nobody pinned it.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth('no such line', 'MITRE ATT&CK T1053, T1543, T1546'),
  remediation: 'sed -n <LINE>p <FILE>; keep a copy for the incident, then take it out; see: valops audit run incident',
  needs: { lines: persistenceLines, places: persistencePlaces },
  evaluate: ({ lines, places }, _policy, { name: host }) => {
    const { unread = [] } = lines;
    const judged = judgeLines(
      linesOutsidePackages(lines, places, ['fetch', 'remote-shell', 'encoded', 'temporary']),
      ({ why }) => ({ expected: 'no such line', actual: said[why as keyof typeof said] }),
      host,
    );
    return [
      ...unread.map((place): Judgement => ({ status: 'unknown', subject: place, evidence: unreadWhy })),
      ...judged,
    ];
  },
});
