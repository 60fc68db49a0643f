import ora from 'ora';

export interface Spinner {
  update(text: string): void;
  /** Clears the line, lets `print` write whole lines, goes on below them. */
  above(print: () => void): void;
  stop(): void;
}

/** A spinner that leaves no trace when it stops and never swallows what is typed. */
export function startSpinner(stream: NodeJS.WriteStream, text: string): Spinner {
  const spinner = ora({ text, stream, discardStdin: false, hideCursor: true }).start();
  return {
    update(next) {
      spinner.text = next;
    },
    above(print) {
      spinner.clear();
      print();
      spinner.render();
    },
    stop() {
      spinner.stop();
    },
  };
}
