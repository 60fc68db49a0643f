import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { aboutPostgres, judgeClusters } from '../../postgres-judged.ts';

export const postgresSuperusers = defineCheck({
  id: 'workload.postgres-superusers',
  title: 'no role but postgres is a superuser of the database',
  why: 'A superuser runs programs on the host and reads its files: a fault of one query is then a shell.',
  severity: 'high',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth('postgres alone', 'PostgreSQL docs: CREATE ROLE; Nuttoo: Security, Permissions'),
  remediation: 'ALTER ROLE <ROLE> NOSUPERUSER; GRANT what it needs; a role of its own for migrations',
  needs: aboutPostgres,
  evaluate: ({ postgres }, _policy, { name }) =>
    judgeClusters(postgres, name, ({ roles }, subject) => {
      if (roles === null)
        return [{ status: 'unknown', subject, evidence: 'only the server knows its roles, and it did not answer' }];
      const found = roles.filter(({ name: role, superuser, login }) => superuser && login && role !== 'postgres');
      if (found.length === 0)
        return [
          {
            status: 'pass',
            subject,
            running: `${roles.length} ${roles.length === 1 ? 'role' : 'roles'}, no other superuser that may log in`,
          },
        ];
      return found.map(({ name: role }) => ({
        status: 'fail',
        subject: `${subject}: ${role}`,
        expected: 'no superuser',
        running: 'superuser, may log in',
      }));
    }),
});
