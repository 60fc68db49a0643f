import type { AuditReport } from '../report.ts';
import type { Surroundings } from '../surroundings.ts';

/** Marks for people on a terminal; every one answers the text as it is elsewhere. */
export interface Marks {
  readonly heading: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

/**
 * One way to write reports down. One file in `formats/` each. Texts of reports hold no control
 * characters but line ends in `evidence` (`plainText`); a format escapes what has a meaning in it.
 */
export interface ReportFormat {
  readonly name: string;
  /** One line for help and documents. */
  readonly title: string;
  /** Permission bits of a file of it. */
  readonly mode: number;
  /** Whether it shows what came before: those who render then bring `surroundings` with the earlier reports. */
  readonly tellsHistory?: true;
  readonly render: (reports: readonly AuditReport[], marks: Marks, surroundings?: Surroundings) => string;
}
