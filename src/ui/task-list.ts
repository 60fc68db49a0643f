import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { Event } from '../core/events.ts';

type StepEvent = Extract<Event, { kind: 'step' }>;
type Step = Extract<Event, { kind: 'steps' }>['steps'][number];

export interface TaskList {
  step(event: StepEvent): Promise<void>;
  /** Resolves when the last line is drawn; steps that never began are shown as skipped. */
  close(): Promise<void>;
}

interface Pending {
  readonly step: Step;
  readonly ended: Promise<StepEvent>;
  readonly end: (event: StepEvent) => void;
}

/** Draws announced steps as a live list. The steps run elsewhere; this only follows their events. */
export function startTaskList(stream: NodeJS.WriteStream, steps: readonly Step[]): TaskList {
  const pending = new Map(steps.map((step) => [step.id, follow(step)]));
  const list = new Listr(
    [...pending.values()].map(({ step, ended }) => ({
      title: step.title,
      task: async (_, task): Promise<void> => {
        const event = await ended;
        if (event.detail !== undefined) task.title = `${step.title}: ${event.detail}`;
        if (event.state === 'skipped') task.skip(task.title);
        if (event.state === 'failed') throw new Error(task.title);
      },
    })),
    {
      concurrent: false,
      exitOnError: false,
      registerSignalListeners: false,
      renderer: 'default',
      rendererOptions: {
        collapseErrors: false,
        showErrorMessage: false,
        // standard output belongs to the result
        logger: new ListrLogger({ processOutput: new ProcessOutput(stream, stream) }),
      },
    },
  );
  const drawn = list.run();
  return {
    async step(event) {
      if (event.state !== 'start') pending.get(event.id)?.end(event);
      await Promise.resolve();
    },
    async close() {
      for (const { step, end } of pending.values()) end({ kind: 'step', ...step, state: 'skipped', detail: 'not run' });
      await drawn;
    },
  };
}

function follow(step: Step): Pending {
  let end: (event: StepEvent) => void = () => {};
  const ended = new Promise<StepEvent>((resolve) => (end = resolve));
  return { step, ended, end };
}
