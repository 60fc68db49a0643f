import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { environmentsOf, judgeEnvironments } from '../../declared-environments.ts';
import type { Judgement } from '../../finding.ts';
import { orPass } from '../../or-pass.ts';
import { isNamedLikeSecret } from '../../secret-names.ts';

export const environmentFiles = defineCheck({
  id: 'workload.environment-files',
  title: 'files with secrets that the declared units take variables from are closed to others',
  why: 'systemd reads them as root before the service starts: nobody else has to, and every account does that can.',
  severity: 'high',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth('0640 or less, owned by root or a service user', 'systemd.exec(5), EnvironmentFile='),
  remediation: 'chown root: <FILE> && chmod 0600 <FILE>',
  needs: environmentsOf,
  evaluate: ({ environments }, { serviceUsers }, { name }) =>
    judgeEnvironments(environments, name, ({ unit, files }) =>
      orPass(
        files.flatMap(({ path: subject, mode, owner, variables }): readonly Judgement[] => {
          const secret = variables.filter((one) => one.value === 'set' && isNamedLikeSecret(one.name));
          const isClosed = mode === null || (Number.parseInt(mode, 8) & 0o027) === 0;
          if (secret.length === 0 || (isClosed && ['root', ...serviceUsers].includes(owner))) return [];
          return [
            {
              status: 'fail',
              subject,
              expected: '0640 or less, owned by root or a service user',
              actual: `${owner} ${mode ?? ''}`,
              file: subject,
              evidence: `${unit} takes ${secret.map((one) => one.name).join(', ')} from it`,
            },
          ];
        }),
        unit,
        files.length === 0 ? 'it has none' : `${files.length} looked at`,
      ),
    ),
});
