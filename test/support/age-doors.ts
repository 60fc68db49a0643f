import { fileURLToPath } from 'node:url';
import type { Event } from '../../src/core/events.ts';
import type { PluginDoors } from '../../src/age/plugin-doors.ts';
import { createProcesses } from '../../src/hosts/local/processes.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { Secret } from '../../src/lib/secret.ts';

/** Directory of our scripted plugins, for PATH. */
export const pluginDirectory = fileURLToPath(new URL('./plugins', import.meta.url));

export interface ScriptedDoors {
  readonly doors: PluginDoors;
  readonly events: readonly Event[];
  readonly questions: readonly string[];
}

/**
 * Doors with real processes, PATH of `path`, and a person who answers every question from
 * `answers` in turn; without answers left there is no terminal.
 */
export function scriptedDoors(path: string, answers: readonly (string | boolean)[] = []): ScriptedDoors {
  const events: Event[] = [];
  const questions: string[] = [];
  const left = [...answers];
  const next = (message: string): string | boolean => {
    questions.push(message);
    const answer = left.shift();
    if (answer === undefined) throw new ValopsError('USAGE_NO_TERMINAL', 'there is no terminal');
    return answer;
  };
  const doors: PluginDoors = {
    processes: createProcesses({ ...process.env, PATH: path }),
    prompt: {
      secret: async ({ message }) => Secret.fromText(String(next(message))),
      text: async ({ message }) => String(next(message)),
      yes: async ({ message }) => next(message) === true,
    },
    events: { emit: (event) => void events.push(event) },
  };
  return { doors, events, questions };
}

/** Doors for tests that meet no plugin: whatever is asked of them throws. */
export function noDoors(): PluginDoors {
  return scriptedDoors('').doors;
}
