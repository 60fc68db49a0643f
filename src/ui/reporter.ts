import type { Event, Events } from '../core/events.ts';
import { plainLine } from './plain.ts';
import type { Live } from './live.ts';

export interface Reporter extends Events {
  /** Resolves when everything emitted has been shown and no live display is left. */
  close(): Promise<void>;
}

export interface ReporterOptions {
  readonly stream: NodeJS.WriteStream;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Live displays on a terminal, one plain line per event otherwise. Always standard error. */
export function createReporter({ stream, variables }: ReporterOptions): Reporter {
  // a serial console may say that it is 0 columns wide: then nothing can be drawn over
  const live =
    stream.isTTY === true && stream.columns !== 0 && variables['TERM'] !== 'dumb' && (variables['CI'] ?? '') === '';
  let display: Promise<Live> | undefined;
  let shown: Promise<void> = Promise.resolve();

  const show = async (event: Event): Promise<void> => {
    const line = plainLine(event);
    if (!live) {
      if (line !== undefined) stream.write(line);
      return;
    }
    if (display === undefined && (event.kind === 'warning' || event.kind === 'note')) {
      stream.write(line ?? '');
      return;
    }
    display ??= import('./live.ts').then(({ createLive }) => createLive(stream));
    await (await display).show(event);
  };

  return {
    emit(event) {
      if (!live) void show(event);
      else shown = shown.then(() => show(event));
    },
    async close() {
      await shown;
      await (await display)?.close();
      display = undefined;
    },
  };
}
