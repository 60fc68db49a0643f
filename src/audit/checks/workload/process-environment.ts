import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { environmentsOf, judgeEnvironments } from '../../declared-environments.ts';
import { isNamedLikeSecret } from '../../secret-names.ts';

export const processEnvironment = defineCheck({
  id: 'workload.process-environment',
  title: 'no running process of the declared units carries a secret in its environment',
  why: 'Every program that it starts inherits it, and crash reports and debug pages print it, whichever file it came from.',
  severity: 'medium',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth('none by name; paths of files are well', 'systemd docs: credentials; OWASP Secrets Management'),
  remediation:
    'Give it as a file: LoadCredential=<NAME>:<FILE>, read from $CREDENTIALS_DIRECTORY/<NAME>; restart the unit',
  needs: environmentsOf,
  evaluate: ({ environments }, _policy, { name }) =>
    judgeEnvironments(environments, name, ({ unit: subject, processes }) => {
      if (processes.length === 0) return [{ status: 'skip', subject, evidence: 'no process of it runs' }];
      const found = processes.flatMap(({ variables }) =>
        variables.filter((one) => one.value === 'set' && isNamedLikeSecret(one.name)).map((one) => one.name),
      );
      return [
        {
          status: found.length === 0 ? 'pass' : 'fail',
          subject,
          expected: 'no variable that is named like a secret',
          running: [...new Set(found)].toSorted().join(', ') || 'none',
          evidence: `${processes.length} ${processes.length === 1 ? 'process' : 'processes'}`,
        },
      ];
    }),
});
