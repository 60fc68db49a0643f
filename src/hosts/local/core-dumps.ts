/** Patterns by which administrators throw core dumps away. */
const discarded = /^(\|\s*\/(usr\/)?bin\/(false|true)\b|\/dev\/null$)/;

/**
 * Whether a crash may write this process's memory somewhere, from /proc/self/limits and
 * /proc/sys/kernel/core_pattern. A pattern that pipes to a program counts whatever the limit is,
 * because the kernel does not apply the limit to pipes (core(5)).
 *
 * Throws a plain Error for limits without the line in question.
 */
export function mayDumpCore(limits: string, pattern: string): boolean {
  const soft = /^Max core file size\s+(\S+)/m.exec(limits)?.[1];
  if (soft === undefined) throw new Error('/proc/self/limits has no line "Max core file size"');
  if (discarded.test(pattern.trim())) return false;
  return pattern.startsWith('|') || soft !== '0';
}
