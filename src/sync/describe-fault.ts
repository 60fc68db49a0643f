import type { core } from 'zod/mini';

/** Where a document of ours is not as it should be, and how; values are no part of it. */
export function describeFault(issue: core.$ZodIssue): string {
  return `${issue.path.join('.') || 'the document'}: ${whatIsWrong(issue)}`;
}

function whatIsWrong(issue: core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`;
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map((value) => `"${String(value)}"`).join(' or ')}`;
  if (issue.code === 'invalid_key') return issue.issues.map(whatIsWrong).join(', ');
  return issue.message === 'Invalid input' ? 'not valid' : issue.message;
}
