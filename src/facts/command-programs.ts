const interpreter =
  /^(?:.*\/)?(?:ba|da|z|k)?sh$|^(?:.*\/)?(?:python[\d.]*|perl|node|ruby|php|env|nice|ionice|nohup|exec|timeout|flock|setsid|chronic|sudo|runuser|\.|source)$/;

/**
 * Absolute paths of what a command line runs: the first word of each command, and what an
 * interpreter is given to run. Words of the shell that need a shell to be understood are not.
 */
export function programsOf(command: string): readonly string[] {
  const bare = command.replaceAll(/\d?>>?\s*&?[^\s;|&]+/g, ' ').replaceAll(/["'`(){}]/g, ' ');
  return [...new Set(bare.split(/&&|\|\||[;|&\n]/).flatMap(programsOfOne))];
}

function programsOfOne(command: string): readonly string[] {
  const words = command
    .split(/\s+/)
    .filter(Boolean)
    .filter((word) => !/^(?:if|then|else|do|while|until|!|\w+=\S*)$/.test(word));
  const [first = '', ...rest] = words;
  const own = first.startsWith('/') ? [first] : [];
  if (!interpreter.test(first)) return own;
  const next = rest.findIndex((word) => word.startsWith('/') || interpreter.test(word));
  return next === -1 ? own : [...own, ...programsOfOne(rest.slice(next).join(' '))];
}
