/** Marks up text for people. Colour never carries meaning alone: every mark has words or signs. */
export interface Style {
  readonly heading: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
  /** True on a terminal: QR codes and the like make sense. */
  readonly terminal: boolean;
}

const same = (text: string): string => text;

/** No markup at all: pipes, files, `NO_COLOR`. */
export function plainStyle(terminal: boolean): Style {
  return { heading: same, dim: same, good: same, warn: same, bad: same, terminal };
}

/** Markup for a stream: colour only on a terminal and without `NO_COLOR` (https://no-color.org). */
export async function styleFor(
  terminal: boolean,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Style> {
  const refused = (variables['NO_COLOR'] ?? '') !== '' || variables['TERM'] === 'dumb';
  if (!terminal || refused) return plainStyle(terminal);
  const { chalk } = await import('./chalk.ts');
  return { heading: chalk.bold, dim: chalk.dim, good: chalk.green, warn: chalk.yellow, bad: chalk.red, terminal };
}
