import type { Snapshot } from '../../../core/fact.ts';
import { validatorRpc, type ValidatorRpc } from '../../../facts/validator-rpc.ts';
import { valueOf } from '../../../facts/value-of.ts';
import type { Check } from '../../check.ts';
import type { AuditPolicy } from '../../policy.ts';
import { rpcCheck } from '../../rpc-check.ts';

const alone = rpcCheck({
  id: 'validator.one-identity-one-host',
  title: 'no other host of the inventory runs as the same identity',
  why: 'Two validators with one key sign two blocks at one height: CometBFT chains slash the stake and retire the key for good.',
  severity: 'critical',
  cadence: 'weekly',
  want: 'one host for each identity',
  source: 'CometBFT docs: double signing; agave docs: voting process, never run one identity twice',
  remediation:
    'Stop one of them now, the one that was started last: systemctl disable --now <UNIT>; then see who started it',
  evaluate: ({ identity }) => {
    if (identity === null)
      return [{ status: 'unknown', subject: 'identity', evidence: 'it does not tell its identity' }];
    return [
      { status: 'skip', subject: 'identity', running: identity, evidence: 'no other host was asked in this run' },
    ];
  },
});

/** Seen beside the other hosts of the run. Those that told no identity are named: one of them may be the second. */
export const oneIdentityOneHost: Check = {
  ...alone,
  judgeAcross: (own, others, policy) => {
    const mine = identityOf(own, policy);
    if (policy.rpc === undefined || mine === null || others.length === 0) return alone.judge(own, policy);
    const told = others.map((other) => ({ name: other.name, identity: identityOf(other, policy) }));
    const same = told.filter(({ identity }) => identity === mine).map(({ name }) => name);
    const mute = told.filter(({ identity }) => identity === null).map(({ name }) => name);
    const common = { subject: 'identity', expected: 'on this host only', running: mine };
    if (same.length > 0) return [{ ...common, status: 'fail', evidence: `also on ${same.join(', ')}` }];
    return [
      {
        ...common,
        status: 'pass',
        evidence: `compared with ${told.length - mute.length} other hosts${mute.length === 0 ? '' : `; no validator answered on ${mute.join(', ')}`}`,
      },
    ];
  },
};

function identityOf(snapshot: Snapshot, { rpc }: AuditPolicy): string | null {
  const said: ValidatorRpc | undefined = rpc === undefined ? undefined : valueOf(snapshot, validatorRpc(rpc));
  return said?.identity ?? null;
}
