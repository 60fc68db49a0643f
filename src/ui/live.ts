import type { Event } from '../core/events.ts';
import { byteBar } from './byte-bar.ts';
import { plainLine } from './plain.ts';
import { startSpinner, type Spinner } from './spinner.ts';
import { startTaskList, type TaskList } from './task-list.ts';

/** The display of a terminal: a task list for announced steps, a spinner for everything else. */
export interface Live {
  show(event: Event): Promise<void>;
  close(): Promise<void>;
}

/** The display for one command line; `stream` is the terminal it owns until `close`. */
export function createLive(stream: NodeJS.WriteStream): Live {
  let spinner: Spinner | undefined;
  let tasks: TaskList | undefined;
  const held: Event[] = [];

  const print = (event: Event): void => {
    stream.write(plainLine(event) ?? '');
  };

  return {
    async show(event) {
      switch (event.kind) {
        case 'warning':
        case 'note':
          // a task list redraws its lines: what is printed between them would be lost
          if (tasks !== undefined) held.push(event);
          else if (spinner === undefined) print(event);
          else spinner.above(() => print(event));
          return;
        case 'activity':
        case 'bytes': {
          if (tasks !== undefined) return;
          if (event.state === 'end') {
            spinner?.stop();
            spinner = undefined;
            return;
          }
          const text = event.kind === 'activity' ? event.title : byteBar(event.title, event.done, event.total);
          spinner ??= startSpinner(stream, text);
          spinner.update(text);
          return;
        }
        case 'steps':
          spinner?.stop();
          spinner = undefined;
          tasks = startTaskList(stream, event.steps);
          return;
        case 'step':
          await tasks?.step(event);
          return;
      }
    },
    async close() {
      spinner?.stop();
      await tasks?.close();
      tasks = undefined;
      for (const event of held.splice(0)) print(event);
    },
  };
}
