import type { Fact } from '../core/fact.ts';
import { serviceProbe, type ServiceProbe } from '../facts/service-probe.ts';
import { ofBoth } from './both-profiles.ts';
import type { Check } from './check.ts';
import type { Judgement } from './finding.ts';
import type { DeclaredService } from './service-declared.ts';

type Value<K extends keyof ServiceProbe> = Extract<ServiceProbe[K], { known: true }>['value'];
type OfService = Omit<Judgement, 'subject'>;
type Text = Omit<Check, 'questions' | 'judge' | 'judgeAcross' | 'expectations' | 'cadence' | 'onlyNamed'>;

/** What these checks have in common: never by cadence, the same for every profile of hosts. */
export const onDemand = { cadence: 'quarterly', onlyNamed: true } as const;

/** What is said where `audit.services` declares none to look at. */
export function noServices(host: string, which = 'services'): readonly Judgement[] {
  return [{ status: 'skip', subject: host, evidence: `valops.yaml declares no ${which} in audit.services` }];
}

/**
 * A check of what every declared service showed when it was asked for real. Where that part of it is not known the
 * service is unknown. `applies` may say why it does not concern a service; null: it does.
 */
export function serviceCheck<K extends keyof ServiceProbe>(
  definition: Text & {
    readonly want: string;
    readonly source: string;
    readonly part: K;
    readonly applies?: (service: DeclaredService) => string | null;
    readonly evaluate: (value: Value<K>, service: DeclaredService, probe: ServiceProbe, now: Date) => OfService;
  },
): Check {
  const { want, source, part, applies, evaluate, ...text } = definition;
  return {
    ...text,
    ...onDemand,
    expectations: ofBoth(want, source),
    questions: ({ services = [] }) => services.map(serviceProbe),
    judge({ name: host, facts }, { services = [], now }) {
      if (services.length === 0) return noServices(host);
      return services.map((service): Judgement => {
        const subject = service.name;
        const why = applies?.(service) ?? null;
        if (why !== null) return { status: 'skip', subject, evidence: why };
        const fact = facts[serviceProbe(service).id] as Fact<ServiceProbe> | undefined;
        if (fact?.known !== true) return { status: 'unknown', subject, evidence: fact?.reason ?? 'it was not asked' };
        const seen = fact.value[part] as Fact<Value<K>>;
        if (!seen.known) return { status: 'unknown', subject, evidence: seen.reason };
        return { expected: want, ...evaluate(seen.value, service, fact.value, now), subject };
      });
    },
  };
}

/** Why a check of TLS does not concern a service. */
export function withoutTls({ url }: DeclaredService): string | null {
  return url?.startsWith('https:') === true ? null : 'it speaks plain HTTP';
}
