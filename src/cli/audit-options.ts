import { reportFormats } from '../audit/formats/registry.ts';
import type { ReportFormat } from '../audit/formats/format.ts';
import type { Severity } from '../audit/finding.ts';
import { severities } from '../audit/severity.ts';
import { loadConfig } from '../config/valops-yaml.ts';
import type { Config } from '../config/schema.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { read } from './arguments.ts';
import type { Options } from './command.ts';

/** The format of `--format`. Throws USAGE. */
export function formatOf(options: Options): ReportFormat {
  const name = read(options).text('format') ?? 'text';
  const format = reportFormats.find((one) => one.name === name);
  if (format !== undefined) return format;
  throw new ValopsError('USAGE', `there is no format "${name}"`, {
    hint: `Formats: ${reportFormats.map((one) => one.name).join(', ')}.`,
  });
}

/** The severity of `--fail-on`; undefined: any. Throws USAGE. */
export function failOn(options: Options): Severity | undefined {
  const given = read(options).text('failOn');
  if (given === undefined) return undefined;
  const severity = severities.find((one) => one === given);
  if (severity !== undefined) return severity;
  throw new ValopsError('USAGE', `--fail-on is "${given}"`, { hint: `Give one of: ${severities.join(', ')}.` });
}

/** `valops.yaml` for commands that reach no host. Throws CONFIG_INVALID, FILE_NOT_FOUND. */
export function configOf({ files }: Context, options: Options): Config {
  return loadConfig(files, { path: read(options).text('config') ?? process.env['VALOPS_CONFIG'], directory: '.' });
}

/** How a report calls a host: as it is declared, this machine by its own name. */
export function labelOf({ machine }: Context, name: string | undefined): string {
  return name ?? machine.hostname();
}

/** The words with which a hint names a host, by the label of its reports: none for this machine. */
export function hostWords({ machine }: Context, label: string): string {
  return label === machine.hostname() ? '' : ` --host ${label}`;
}
