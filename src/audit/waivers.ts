import type { Waiver } from './declared.ts';
import type { Finding } from './finding.ts';
import { plainJudgement } from './plain-judgement.ts';
import type { ReportedWaiver } from './report.ts';
import { isOpen } from './severity.ts';

/** The moment a waiver ends: that of its day is the midnight that follows it, UTC. Null when there is no such day. */
export function endOf({ expires }: Pick<Waiver, 'expires'>): Date | null {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(expires);
  if (!isDay && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/.test(expires)) return null;
  const time = new Date(isDay ? `${expires}T00:00:00Z` : expires);
  // 30 February would become a day in March
  if (Number.isNaN(time.getTime()) || time.toISOString().slice(0, 10) !== expires.slice(0, 10)) return null;
  return isDay ? new Date(time.getTime() + 86_400_000) : time;
}

/**
 * Marks what the waivers of this host cover. The first that covers a finding counts. One that is over
 * covers nothing and is a failed finding of its own, until somebody decides anew.
 */
export function applyWaivers(
  findings: readonly Finding[],
  declared: readonly Waiver[],
  host: string,
  now: Date,
): { readonly findings: readonly Finding[]; readonly waivers: readonly ReportedWaiver[] } {
  const waivers = declared
    .filter(({ hosts }) => hosts === undefined || hosts.includes(host))
    .map((waiver) => {
      const end = endOf(waiver) ?? new Date(0);
      return { waiver, end, over: end.getTime() <= now.getTime() };
    });
  const valid = waivers.filter(({ over }) => !over);
  const used = new Set<Waiver>();
  const marked = findings.map((finding): Finding => {
    if (!isOpen(finding)) return finding;
    const one = valid.find(({ waiver }) => covers(waiver, finding));
    if (one === undefined) return finding;
    used.add(one.waiver);
    const { reason, owner } = one.waiver;
    return { ...finding, waiver: { reason, owner, expires: one.end.toISOString() } };
  });
  return {
    findings: [...marked, ...waivers.filter(({ over }) => over).map(({ waiver, end }) => overFinding(waiver, end))],
    waivers: waivers.map(({ waiver: { check, subject, reason, owner }, waiver, end, over }) => ({
      check,
      subject,
      reason,
      owner,
      expires: end.toISOString(),
      state: over ? 'expired' : used.has(waiver) ? 'applied' : 'unused',
    })),
  };
}

function covers({ check, subject }: Waiver, finding: Finding): boolean {
  const ids = check.endsWith('.*') ? finding.id.startsWith(check.slice(0, -1)) : finding.id === check;
  return ids && glob(subject).test(finding.subject);
}

/** `*` stands for any characters, nothing else has a meaning. */
function glob(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function overFinding({ check, subject, reason, owner }: Waiver, end: Date): Finding {
  return plainJudgement({
    id: 'audit.waiver',
    title: 'no waiver is over',
    family: 'audit',
    severity: 'medium',
    status: 'fail',
    subject: `${check} ${subject}`,
    expected: 'a decision that still holds',
    actual: `over since ${end.toISOString()}`,
    file: 'valops.yaml',
    evidence: `${owner}: ${reason}`,
    remediation: 'Put right what it covers, then remove it from audit.waivers; or decide anew, with a new date.',
  });
}
