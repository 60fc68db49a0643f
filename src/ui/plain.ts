import type { Event } from '../core/events.ts';
import { printable } from '../lib/printable.ts';

/**
 * An event as a line for logs and pipes, ended; undefined for one that would only repeat. Warnings
 * carry their hint in the same form as errors do.
 */
export function plainLine(event: Event): string | undefined {
  const line = lineOf(event);
  return line === undefined ? undefined : printable(line);
}

function lineOf(event: Event): string | undefined {
  switch (event.kind) {
    case 'warning':
      return `valops: warning: ${event.message}\n${event.hint === undefined ? '' : `valops: hint: ${event.hint}\n`}`;
    case 'note':
      return `valops: ${event.message}\n`;
    case 'activity':
      return event.state === 'start' ? `valops: ${event.title}\n` : undefined;
    case 'step': {
      if (event.state === 'start') return undefined;
      return `valops: ${event.state === 'done' ? 'ok' : event.state}: ${event.title}${event.detail === undefined ? '' : `: ${event.detail}`}\n`;
    }
    case 'bytes':
    case 'steps':
      return undefined;
  }
}
