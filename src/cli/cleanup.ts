/** Undo functions which run once, last first: at the end, or when a signal ends the process. */
export interface Cleanup {
  /** Registers an undo and returns what unregisters it. */
  add(undo: () => void): () => void;
  /** Registers a sentence about what stays when a signal ends the process; returns what unregisters it. */
  say(sentence: string): () => void;
  /** The sentences that hold now. */
  sentences(): readonly string[];
  /** Runs what is still registered; an undo that throws does not keep the others from running. Returns what threw. */
  run(): readonly unknown[];
}

/** An empty registry. */
export function createCleanup(): Cleanup {
  const undos = new Set<() => void>();
  const sentences = new Set<{ readonly text: string }>();
  return {
    add(undo) {
      undos.add(undo);
      return () => undos.delete(undo);
    },
    say(text) {
      const sentence = { text };
      sentences.add(sentence);
      return () => sentences.delete(sentence);
    },
    sentences: () => [...sentences].map(({ text }) => text),
    run() {
      const errors: unknown[] = [];
      for (const undo of [...undos].reverse()) {
        undos.delete(undo);
        try {
          undo();
        } catch (error) {
          // the next start destroys what could not be removed now
          errors.push(error);
        }
      }
      return errors;
    },
  };
}
