import type { Events } from '../core/events.ts';

/**
 * Shows the steps of several hosts at once as lines, each as it ends: a task list follows one run of
 * steps only.
 */
export function asLines(events: Events): Events {
  return {
    emit(event) {
      if (event.kind === 'steps') return;
      if (event.kind !== 'step') events.emit(event);
      else if (event.state !== 'start') {
        const word = event.state === 'done' ? 'ok' : event.state;
        const detail = event.detail === undefined ? '' : `: ${event.detail}`;
        events.emit({ kind: 'note', message: `${word}: ${event.title}${detail}` });
      }
    },
  };
}
