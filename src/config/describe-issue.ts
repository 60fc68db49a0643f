import type { core } from 'zod/mini';

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  object: 'a map',
  record: 'a map',
  array: 'a list',
  boolean: 'true or false',
};

/** What zod found wrong, in words; the value itself is never part of it. */
export function describeIssue(issue: core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `expected ${words[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map((value) => `"${String(value)}"`).join(' or ')}`;
  if (issue.code === 'invalid_union' && issue.errors.length === 0) {
    const { options = [] } = issue as { readonly options?: readonly unknown[] };
    return `expected ${options.map((option) => `"${String(option)}"`).join(' or ')}`;
  }
  if (issue.code === 'invalid_union') return issue.errors.flat().map(describeIssue).join(', or ');
  if (issue.code === 'invalid_key') return issue.issues.map(describeIssue).join(', ');
  if (issue.code === 'too_small' && issue.origin === 'array') return 'expected at least one';
  return issue.message === 'Invalid input' ? 'not valid' : issue.message;
}
