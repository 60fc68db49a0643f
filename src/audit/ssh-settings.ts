import { sshAlgorithms } from '../facts/ssh/algorithms.ts';
import { sshEffective } from '../facts/ssh/effective.ts';
import { sshFiles } from '../facts/ssh/files.ts';
import { sshVersion } from '../facts/ssh/version.ts';
import { wantedText } from '../policy/ssh/judge.ts';
import type { SshPolicy } from '../policy/ssh/policy.ts';
import { sshProfiles } from '../policy/ssh/registry.ts';
import type { SshSetting } from '../policy/ssh/setting.ts';
import { judgeSettings, type Judged } from '../ssh/judged.ts';
import { findMatchOverrides } from '../ssh/match-overrides.ts';
import { defineCheck, type Check, type Expectation } from './check.ts';
import type { Judgement } from './finding.ts';
import type { AuditProfile } from './policy.ts';
import { forSshd } from './ssh-check.ts';

type Text = Pick<Check, 'id' | 'title' | 'why' | 'severity' | 'cadence'>;

/**
 * A check of directives of sshd by the policy that hardens it, judged by the same rules: one judgement
 * for each directive, and one for each line of a Match block that gives some logins less. `concerns` gets
 * a directive in lower case.
 */
export function settingsCheck(text: Text, concerns: (directive: string) => boolean): Check {
  const of = <T extends { readonly setting: SshSetting }>(all: readonly T[]): readonly T[] =>
    all.filter(({ setting }) => concerns(setting.directive.toLowerCase()));
  return forSshd(
    defineCheck({
      ...text,
      expectations: expectationsOf(concerns),
      remediation: 'Look at the plan, then apply it: valops ssh plan --host <HOST>; valops ssh harden --host <HOST>',
      fix: 'ssh',
      needs: { version: sshVersion, effective: sshEffective, files: sshFiles, algorithms: sshAlgorithms },
      evaluate: (facts, policy, { name, login }) => {
        // judged is the declared port alone, not that of the login which happens to look
        const judged = of(judgeSettings(policy.ssh, { ...facts, login: { ...login, to: undefined } }));
        if (judged.length === 0) return [skipped(name, policy.ssh)];
        const overrides = findMatchOverrides(judged, facts.files.directives).filter(({ answered }) => !answered);
        return [
          ...judged.map(judgementOf),
          ...overrides.map(({ directive, judged: { setting }, condition }): Judgement => ({
            status: 'fail',
            subject: `${setting.directive} in Match ${condition}`,
            expected: wantedText(setting),
            actual: directive.arguments.join(' '),
            file: `${directive.file}:${directive.line}`,
            evidence: setting.reason,
          })),
        ];
      },
    }),
  );
}

function skipped(subject: string, { name }: SshPolicy): Judgement {
  return { status: 'skip', subject, evidence: `the profile "${name}" says nothing about it` };
}

function judgementOf({ setting, effective, origin, within, inapplicable }: Judged): Judgement {
  if (inapplicable !== null) return { status: 'skip', subject: setting.directive, evidence: inapplicable };
  return {
    status: within ? 'pass' : 'fail',
    subject: setting.directive,
    expected: setting.wanted.kind === 'names' && !within ? 'nothing but the names of the profile' : wantedText(setting),
    actual: actualOf(setting, effective, within),
    ...(origin === null ? {} : { file: `${origin.file}:${origin.line}` }),
    evidence: `${setting.reason} (${setting.sources.join(', ')})`,
  };
}

/** Of a list that is too long, what is too much. */
function actualOf({ wanted }: SshSetting, effective: string | null, within: boolean): string {
  if (effective === null) return 'not set';
  if (wanted.kind !== 'names' || within) return effective;
  const extra = effective.split(',').filter((name) => !wanted.names.includes(name));
  return extra.length === 0 ? effective : `also ${extra.join(',')}`;
}

/** What the profiles want of these directives, from the profiles themselves. */
function expectationsOf(
  concerns: (directive: string) => boolean,
): Readonly<Partial<Record<AuditProfile, Expectation>>> {
  return Object.fromEntries(
    sshProfiles.flatMap(({ name, settings }) => {
      const own = settings.filter(({ directive }) => concerns(directive.toLowerCase()));
      if (own.length === 0) return [];
      const want = own.map((setting) => `${setting.directive} ${wantedText(setting)}`).join('; ');
      return [[name, { want, source: [...new Set(own.flatMap(({ sources }) => sources))].join('; ') }]];
    }),
  );
}
