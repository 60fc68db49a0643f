import type { Events } from './events.ts';

const titles = {
  rehearse: 'rehearse beside the live system',
  arm: 'arm the guard',
  change: 'make the changes',
  verify: 'log in anew, verify and confirm',
  rollback: 'roll back',
} as const;

type StepName = keyof typeof titles;

/** The steps of one apply as events; ids and titles carry the host's name. */
export interface ApplyEvents {
  /** Runs `work` as one step. `problem` tells from its result whether it failed, and how. */
  step<T>(name: StepName, work: () => Promise<T>, problem?: (result: T) => string | undefined): Promise<T>;
}

/** Announces the steps. A rollback is shown only when there is one. */
export function applyEvents(events: Events, host: string, rehearses: boolean): ApplyEvents {
  const names = (['rehearse', 'arm', 'change', 'verify'] as const).filter((name) => name !== 'rehearse' || rehearses);
  const idOf = (name: StepName): string => `${host}: ${titles[name]}`;
  events.emit({ kind: 'steps', steps: names.map((name) => ({ id: idOf(name), title: idOf(name) })) });
  return {
    async step(name, work, problem) {
      const id = idOf(name);
      if (name === 'rollback') {
        events.emit({ kind: 'note', message: id });
        return work();
      }
      events.emit({ kind: 'step', id, title: id, state: 'start' });
      try {
        const result = await work();
        const failed = problem?.(result);
        if (failed === undefined) events.emit({ kind: 'step', id, title: id, state: 'done' });
        else events.emit({ kind: 'step', id, title: id, state: 'failed', detail: failed });
        return result;
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        events.emit({ kind: 'step', id, title: id, state: 'failed', detail });
        throw error;
      }
    },
  };
}
