import type { Events } from '../core/events.ts';
import type { Processes } from '../core/process.ts';
import type { Prompt } from '../core/prompt.ts';

/** What age plugins need: their binaries, and a person to ask and tell. */
export interface PluginDoors {
  readonly processes: Pick<Processes, 'find' | 'converse'>;
  readonly prompt: Pick<Prompt, 'secret' | 'text' | 'yes'>;
  readonly events: Events;
}
