import { ValopsError } from '../lib/errors.ts';
import type { Cadence, Check } from './check.ts';
import type { Checklist, ManualItem, OwnCheck, ResolvedChecklist } from './checklist.ts';
import { builtInChecklists } from './checklists/registry.ts';
import { checks as allChecks } from './checks/registry.ts';
import type { AuditDeclared, DeclaredChecklist } from './declared.ts';

const cadences: readonly Cadence[] = ['weekly', 'monthly', 'quarterly'];

/** Every checklist there is: the built-in ones, with what `valops.yaml` adds to them, then its own. */
export function allChecklists({ checklists }: Pick<AuditDeclared, 'checklists'>): readonly Checklist[] {
  const known = new Set(builtInChecklists.map(({ name }) => name));
  return [
    ...builtInChecklists.map((one) => {
      const declared = checklists[one.name];
      return declared === undefined ? one : added(one, declared);
    }),
    ...Object.entries(checklists)
      .filter(([name]) => !known.has(name))
      .map(([name, declared]) => added({ name, title: name, checks: [], manual: [], own: [] }, declared)),
  ];
}

function added(base: Checklist, { title, cadence, checks, manual, own }: DeclaredChecklist): Checklist {
  return {
    ...base,
    ...(title === undefined ? {} : { title }),
    ...(cadence === undefined ? {} : { cadence }),
    ...(checks === undefined ? {} : { checks }),
    manual: [
      ...base.manual,
      ...manual.map((item): ManualItem => ({ ...item, why: item.why ?? item.title, source: 'valops.yaml' })),
    ],
    own: [...base.own, ...own.map(({ expect, ...one }): OwnCheck => (expect === undefined ? one : { ...one, expect }))],
  };
}

/** The checklists of these names, each once. Throws USAGE for a name nobody declared, CONFIG_INVALID as `resolve`. */
export function findChecklists(
  names: readonly string[],
  declared: Pick<AuditDeclared, 'checklists'>,
): readonly ResolvedChecklist[] {
  const all = allChecklists(declared);
  return [...new Set(names)].map((name) => {
    const found = all.find((one) => one.name === name);
    if (found === undefined)
      throw new ValopsError('USAGE', `there is no checklist "${name}"`, {
        hint: `Checklists: ${all.map((one) => one.name).join(', ')}.`,
      });
    return resolveChecklist(found);
  });
}

/** Finds the checks that a checklist names. Throws CONFIG_INVALID for a word that names none. */
export function resolveChecklist(checklist: Checklist): ResolvedChecklist {
  const { checks, cadence } = checklist;
  if (checks === 'cadence') {
    const upTo = cadence === undefined ? cadences.length : cadences.indexOf(cadence) + 1;
    return {
      ...checklist,
      checks: allChecks.filter((check) => check.onlyNamed !== true && cadences.indexOf(check.cadence) < upTo),
    };
  }
  const lost = checks.find((word) => checksNamed(word).length === 0);
  if (lost !== undefined)
    throw new ValopsError(
      'CONFIG_INVALID',
      `the checklist "${checklist.name}" names "${lost}", and there is no such check`,
      {
        hint: 'List them all: valops audit list',
      },
    );
  const named = new Set(checks.flatMap((word) => checksNamed(word)));
  return { ...checklist, checks: allChecks.filter((check) => named.has(check)) };
}

/**
 * The part of a checklist that `--only` names: ids and `family.*`; manual items and own checks too.
 * Throws USAGE for a word that names nothing in it.
 */
export function onlyPart(checklist: ResolvedChecklist, words: readonly string[]): ResolvedChecklist {
  const ids = [...checklist.checks, ...checklist.manual, ...checklist.own].map(({ id }): string => id);
  const lost = words.find((word) => !ids.some((id) => isNamed(id, word)));
  if (lost !== undefined)
    throw new ValopsError('USAGE', `--only names "${lost}", which is not in the checklist "${checklist.name}"`, {
      hint: `See what is: valops audit list --checklist ${checklist.name}`,
    });
  const kept = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] =>
    all.filter(({ id }) => words.some((word) => isNamed(id, word)));
  return { ...checklist, checks: kept(checklist.checks), manual: kept(checklist.manual), own: kept(checklist.own) };
}

function checksNamed(word: string): readonly Check[] {
  return allChecks.filter(({ id }) => isNamed(id, word));
}

function isNamed(id: string, word: string): boolean {
  return word.endsWith('.*') ? id.startsWith(word.slice(0, -1)) : id === word;
}
