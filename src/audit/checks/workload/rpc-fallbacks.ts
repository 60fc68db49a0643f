import { workloadEndpointsOf } from '../../../facts/workload/endpoints.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck, type Check } from '../../check.ts';
import type { Judgement } from '../../finding.ts';
import type { AuditPolicy } from '../../policy.ts';

type Rpc = NonNullable<AuditPolicy['rpc']>;

const text = {
  id: 'workload.rpc-fallbacks',
  title: 'there is another RPC to fall back to, it answers, and it is of the same chain',
  why: 'One provider that throttles, lies or is down stops every transaction; a fallback of another cluster is worse than none.',
  severity: 'medium',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth(
    'one of another host at least, answering',
    'Nuttoo: Security, RPC Provider; Solana docs: clusters and public RPC endpoints',
  ),
  remediation:
    'audit.rpc.fallbacks in valops.yaml: addresses without keys, of another provider; ask it by hand: curl -sS <ADDRESS>',
} as const;

const endpointsOf = ({ url, network, fallbacks = [] }: Rpc) =>
  workloadEndpointsOf([url, ...fallbacks].map((one) => ({ url: one, network })));

const hostOf = (url: string): string => new URL(url).host;

/** Asked only where a fallback is declared: the RPC itself is a matter of the family validator. */
export const rpcFallbacks: Check = {
  ...text,
  questions: ({ rpc }) => (rpc?.fallbacks === undefined ? [] : [endpointsOf(rpc)]),
  judge: (snapshot, policy) => {
    const { rpc } = policy;
    const subject = snapshot.name;
    if (rpc === undefined) return [{ status: 'skip', subject, evidence: 'valops.yaml declares no audit.rpc' }];
    const others = (rpc.fallbacks ?? []).map(hostOf).filter((one) => one !== hostOf(rpc.url));
    if (others.length === 0)
      return [
        {
          status: 'fail',
          subject: hostOf(rpc.url),
          expected: 'one of another host at least',
          actual: 'no fallback is declared',
        },
      ];
    return asking(rpc).judge(snapshot, policy);
  },
};

const asking = (rpc: Rpc): Check =>
  defineCheck({
    ...text,
    needs: { endpoints: endpointsOf(rpc) },
    evaluate: ({ endpoints }) => {
      const first = hostOf(rpc.url);
      const chain = endpoints.find(({ name }) => name === first)?.chain ?? undefined;
      return endpoints
        .filter(({ name }) => name !== first)
        .map(({ name: subject, chain: own, problem }): Judgement => {
          if (own === null) return { status: 'fail', subject, expected: 'an answer', running: problem ?? 'no answer' };
          const wanted = rpc.network === 'solana' ? (rpc.genesis ?? chain) : (chain ?? rpc.genesis);
          if (wanted === undefined)
            return {
              status: 'unknown',
              subject,
              running: own,
              evidence: `${first} did not tell its chain, and none is declared`,
            };
          return { status: own === wanted ? 'pass' : 'fail', subject, expected: wanted, running: own };
        });
    },
  });
