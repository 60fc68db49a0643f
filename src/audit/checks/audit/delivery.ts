import { auditDelivery, type AuditDelivery } from '../../../facts/services/audit-delivery.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

const want = {
  want: 'every declared way takes what it is told',
  source: 'field report: a job that failed for 124 days',
};

export const delivery = defineCheck({
  id: 'audit.delivery',
  title: 'the reports of this host reach somebody',
  why: 'An audit that nobody hears of is none. A hook that was revoked, a full disk or a closed way out would go unnoticed until somebody asks.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Put right what the reason names, then see it arrive: valops audit run weekly --deliver',
  needs: ({ home }) => ({ state: auditDelivery(home) }),
  evaluate: ({ state }, { home }, { name }) => {
    const { ways, waiting, dropped } = state;
    if (ways.length === 0) return [{ status: 'skip', subject: name, evidence: 'nothing was delivered from here yet' }];
    const file = `${home}/audit/delivery.json`;
    return [...ways.map((way) => judge(way, waiting, file)), ...lost(dropped, file)];
  },
});

function judge(
  { name, done, failingSince, reason }: AuditDelivery['ways'][number],
  waiting: number,
  file: string,
): Judgement {
  if (failingSince === null) return { status: 'pass', subject: name, actual: `delivered ${done ?? ''}`.trim(), file };
  const waits = name === 'webhook' && waiting > 0 ? `\n${waiting} messages wait in the spool` : '';
  return {
    status: 'fail',
    subject: name,
    expected: 'delivered',
    actual: `failing since ${failingSince}, last delivered ${done ?? 'never'}`,
    file,
    evidence: `${reason ?? 'no reason was kept'}${waits}`,
  };
}

function lost(dropped: number, file: string): readonly Judgement[] {
  if (dropped === 0) return [];
  const actual = `${dropped} messages were given up: too many waited`;
  return [{ status: 'fail', subject: 'spool', expected: 'no message is lost', actual, file }];
}
