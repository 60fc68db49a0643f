import { dirname, resolve } from 'node:path';
import type { DeclaredService } from '../audit/service-declared.ts';
import type { Context } from '../core/context.ts';
import type { Fact, Question } from '../core/fact.ts';
import type { Host } from '../core/host.ts';
import { read } from './arguments.ts';
import type { Options } from './command.ts';
import { probeFacts, serviceProbe } from '../facts/service-probe.ts';

/** The questions that a script on the host can answer. */
export function askedOnHost(questions: readonly Question<unknown>[]): readonly Question<unknown>[] {
  return questions.filter(({ id }) => !id.startsWith(probeFacts));
}

/**
 * Asks declared services for real, one after the other, where a question wants it: by the connection to the host, or
 * from here. Paths of certificates start beside `valops.yaml`. What cannot be asked is unknown, with the reason.
 */
export async function askServices(
  { files, events }: Pick<Context, 'events' | 'files'>,
  host: Host,
  questions: readonly Question<unknown>[],
  services: readonly DeclaredService[],
  options: Options,
): Promise<Readonly<Record<string, Fact<unknown>>>> {
  const wanted = new Set(questions.map(({ id }): string => id));
  const configFile = resolve(read(options).text('config') ?? process.env['VALOPS_CONFIG'] ?? 'valops.yaml');
  const facts: Record<string, Fact<unknown>> = {};
  for (const service of services) {
    const { id } = serviceProbe(service);
    if (!wanted.has(id)) continue;
    const title = `asking the service "${service.name}"`;
    events.emit({ kind: 'activity', title, state: 'start' });
    try {
      const ca =
        service.ca === undefined
          ? undefined
          : new TextDecoder().decode(files.read(resolve(dirname(configFile), service.ca), 1024 * 1024));
      const { probeService } = await import('../audit/probe/probe.ts');
      const { wayToService } = await import('../audit/probe/way.ts');
      facts[id] = { known: true, value: await probeService(service, await wayToService(service, host, ca)) };
    } catch (error) {
      facts[id] = {
        known: false,
        reason: `it was not asked: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
    events.emit({ kind: 'activity', title, state: 'end' });
  }
  return facts;
}
