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
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${words[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => `"${String(value)}"`).join(' or ')}`;
    case 'invalid_union':
      return issue.errors.flat().map(describeIssue).join(', or ');
    case 'invalid_key':
      return issue.issues.map(describeIssue).join(', ');
    case 'too_small':
      return issue.origin === 'array' ? 'expected at least one' : issue.message;
    default:
      return issue.message === 'Invalid input' ? 'not valid' : issue.message;
  }
}
