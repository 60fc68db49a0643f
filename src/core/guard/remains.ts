/** What to know of the files which a guard could not remove when it was over; for people, without a period. */
export function remainsClause(remains: readonly string[]): string {
  const [them, they] = remains.length === 1 ? ['it', 'it does'] : ['them', 'they do'];
  return `the guard could not remove ${remains.join(', ')}: ${they} nothing any more; the next boot, guard or valops rollback removes ${them} once that is possible`;
}

/** The same as a sentence to append to others; empty when nothing remains. */
export function alsoRemains(remains: readonly string[]): string {
  return remains.length === 0 ? '' : ` But ${remainsClause(remains)}.`;
}
