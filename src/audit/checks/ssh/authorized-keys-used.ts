import { sshAuthorizedKeys } from '../../../facts/ssh/authorized-keys.ts';
import { sshLastUse } from '../../../facts/ssh/last-use.ts';
import { listSshKeys } from '../../../ssh/keys-listed.ts';
import { defineCheck } from '../../check.ts';
import { forSshd } from '../../ssh-check.ts';
import { untoldKeys } from '../../untold-keys.ts';
import type { Judgement } from '../../finding.ts';

const want = { want: 'a login within 180 days', source: 'valops' };

export const authorizedKeysUsed = forSshd(
  defineCheck({
    id: 'ssh.authorized-keys-used',
    title: 'no authorised key lies unused for half a year',
    why: 'A key nobody uses belongs to somebody who left, or to a laptop nobody watches; it still opens the validator.',
    severity: 'low',
    cadence: 'monthly',
    expectations: { validator: want, 'cis-l1': want, 'ssh-audit': want },
    remediation: 'Ask its owner; if nobody needs it, remove its line.',
    needs: { files: sshAuthorizedKeys, uses: sshLastUse },
    evaluate: ({ files }, { ssh }, snapshot) => {
      const untold = untoldKeys(files);
      const keys = listSshKeys(ssh, snapshot);
      if (keys.length + untold.length === 0)
        return [{ status: 'skip', subject: snapshot.name, evidence: 'no user who can log in has an authorised key' }];
      const judged = keys.map(({ user, path, line, fingerprint, stale, lastUse, use }): Judgement => {
        const common = { subject: `${user} ${fingerprint}`, file: `${path}:${line}` };
        // where the record is too young there is nothing yet to look at
        if (stale === null) return { ...common, status: 'skip', evidence: `last use ${use}` };
        return {
          ...common,
          status: stale ? 'fail' : 'pass',
          expected: 'a login within 180 days',
          actual: lastUse ?? use,
        };
      });
      return [...untold, ...judged];
    },
  }),
);
