import { defineCheck } from '../../check.ts';
import { isDeclaredPlace, judgeStrayKeys, plainKeysOf } from '../../plain-keys-judged.ts';

const want = {
  want: 'host keys, the key that signs reports, and the declared places only',
  source: 'valops: custody; ssh-keygen(1)',
};

export const noPlainSshKeys = defineCheck({
  id: 'custody.no-plain-ssh-keys',
  title: 'no SSH key without a passphrase lies on the host, but for its own host keys and the key of its reports',
  why: 'Whoever gets into the validator goes on with it, to the backup server and to the other validators.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'Remove it, or give it a passphrase: ssh-keygen -p -f <FILE>. A job that needs one: declare it under audit.keyPlaces, and restrict it where it is accepted.',
  needs: plainKeysOf,
  evaluate: ({ found }, policy, { name }) =>
    judgeStrayKeys(
      found,
      ['openssh'],
      // reports are signed by runs that nobody watches: nobody could give a passphrase
      ({ path }) =>
        /^\/etc\/ssh\/ssh_host_[a-z0-9]+_key$/.test(path) ||
        path === `${policy.home}/audit/report-key` ||
        isDeclaredPlace(path, policy),
      name,
    ),
});
