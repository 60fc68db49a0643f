import { logsFiles } from '../../../facts/logs/files.ts';
import { systemInit } from '../../../facts/system/init.ts';
import { defineCheck } from '../../check.ts';
import { containerOf } from '../../containers.ts';

export const keysWatched = defineCheck({
  id: 'logs.keys-watched',
  title: 'the kernel records who opens a key of the validator',
  why: 'A key that was read and copied looks like before: only a record of the kernel tells by whom, and when.',
  severity: 'low',
  cadence: 'monthly',
  expectations: { validator: { want: 'a watch for each of audit.keyPlaces', source: 'auditctl(8), -w; auditd(8)' } },
  remediation:
    "apt-get install auditd; echo '-w <FILE> -p rwa -k validator-key' >>/etc/audit/rules.d/60-keys.rules; augenrules --load",
  needs: { files: logsFiles, init: systemInit },
  evaluate: ({ files: { audit }, init }, { keyPlaces }, { name }) => {
    const container = containerOf(init);
    if (container !== undefined)
      return [
        {
          status: 'skip',
          subject: name,
          evidence: `a container (${container}): records of the kernel are its machine's`,
        },
      ];
    if (keyPlaces.length === 0)
      return [{ status: 'skip', subject: name, evidence: 'valops.yaml declares no audit.keyPlaces' }];
    const { rules, state } = audit;
    if (rules === null && state !== 'not-installed')
      return [{ status: 'unknown', subject: name, evidence: 'the kernel does not tell its audit rules' }];
    const watched = (rules ?? []).flatMap((rule) => / (?:-w |-F (?:path|dir)=)(\/\S*)/.exec(` ${rule}`)?.[1] ?? []);
    return keyPlaces.map((place) => {
      const by = watched.find((path) => place === path || place.startsWith(`${path.replace(/\/$/, '')}/`));
      const running =
        state === 'not-installed' ? 'auditd is not installed' : by === undefined ? 'no rule' : `a rule for ${by}`;
      return { status: by === undefined ? 'fail' : 'pass', subject: place, expected: 'a watch', running };
    });
  },
});
