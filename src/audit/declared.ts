import type { Cadence } from './check.ts';
import type { ManualItem, OwnCheck } from './checklist.ts';
import type { DeliveryDeclared, ScheduleDeclared } from './delivery/declared.ts';
import type { Severity } from './finding.ts';
import type { AuditPolicy, AuditProfile } from './policy.ts';
import type { DeclaredAmnesia, DeclaredService } from './service-declared.ts';

/** A checklist of `valops.yaml`. Under the name of a built-in one it adds to that one. */
export interface DeclaredChecklist {
  readonly title?: string | undefined;
  readonly cadence?: Cadence | undefined;
  readonly checks?: readonly string[] | undefined;
  readonly manual: readonly {
    readonly id: ManualItem['id'];
    readonly title: string;
    readonly why?: string | undefined;
    readonly severity: Severity;
    readonly everyDays: number;
  }[];
  readonly own: readonly {
    readonly id: OwnCheck['id'];
    readonly title: string;
    readonly severity: Severity;
    readonly run: readonly [string, ...string[]];
    readonly expect?: string | undefined;
    readonly timeout: number;
  }[];
}

/** Somebody's decision to live with a finding, for a time. */
export interface Waiver {
  /** Id of a check, or `family.*`. */
  readonly check: string;
  /** Subjects it covers; `*` stands for any characters. */
  readonly subject: string;
  readonly reason: string;
  readonly owner: string;
  /** `YYYY-MM-DD`: to the end of that day, UTC; or RFC 3339 in UTC: to that moment. */
  readonly expires: string;
  /** Hosts by name; all of them when left out. */
  readonly hosts?: readonly string[] | undefined;
}

/** The member `audit` of `valops.yaml`. */
export interface AuditDeclared extends Pick<
  AuditPolicy,
  'home' | 'keyPlaces' | 'serviceUsers' | 'units' | 'binariesPrefix' | 'loginSources'
> {
  readonly profile?: AuditProfile | undefined;
  readonly rpc?:
    | {
        readonly url: string;
        readonly network: 'solana' | 'cometbft';
        readonly genesis?: string | undefined;
        readonly fallbacks: readonly string[];
      }
    | undefined;
  readonly repositories: readonly string[];
  readonly services: readonly DeclaredService[];
  readonly amnesia?: DeclaredAmnesia | undefined;
  readonly delivery?: DeliveryDeclared | undefined;
  readonly schedule?: ScheduleDeclared | undefined;
  readonly checklists: Readonly<Record<string, DeclaredChecklist>>;
  readonly waivers: readonly Waiver[];
}
