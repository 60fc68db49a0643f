import { loginUsers } from '../../../facts/login/users.ts';
import { servicesProcesses } from '../../../facts/services/processes.ts';
import { defineCheck } from '../../check.ts';

export const onlyUnitsAsServiceUsers = defineCheck({
  id: 'services.only-units-as-service-users',
  title: 'accounts of the validator run nothing but its units',
  why: 'A shell or a second validator under that account holds the keys, outside of every sandbox and restart policy.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: { want: 'no other process', source: 'valops' } },
  remediation: 'See what it is before it is ended: systemctl status <PID>; ls -l /proc/<PID>/exe /proc/<PID>/cwd',
  needs: { users: loginUsers, processes: servicesProcesses },
  evaluate: ({ users, processes }, { serviceUsers, units }, { name: host }) => {
    const present = users.filter(({ name }) => serviceUsers.includes(name));
    if (present.length === 0 || units.length === 0)
      return [
        {
          status: 'skip',
          subject: host,
          evidence:
            present.length === 0 ? 'no account of audit.serviceUsers is here' : 'valops.yaml declares no audit.units',
        },
      ];
    const declared = units.map((unit) => (/\.\w+$/.test(unit) ? unit : `${unit}.service`));
    return present.map(({ name: subject, uid }) => {
      const own = processes.filter((process) => process.uid === uid);
      const others = own.filter(({ unit }) => unit === null || !declared.includes(unit));
      const found = others.slice(0, 8).map(({ name, pid, unit }) => `${name} (${pid}) in ${unit ?? 'no unit'}`);
      return {
        status: others.length === 0 ? 'pass' : 'fail',
        subject,
        expected: `processes of ${declared.join(', ')} only`,
        running: `${own.length} processes, ${others.length} of them outside`,
        ...(found.length === 0 ? {} : { evidence: found.join('\n') }),
      };
    });
  },
});
