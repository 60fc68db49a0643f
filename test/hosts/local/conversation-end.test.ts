import { describe, expect, test } from 'vitest';
import { createProcesses } from '../../../src/hosts/local/processes.ts';

const processes = createProcesses(process.env);

async function textOf(output: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of output) text += Buffer.from(chunk).toString();
  return text;
}

describe('the end of a conversation', () => {
  test('with its input finished, a child says the rest and how it ended', async () => {
    const conversation = await processes.converse(['sh', '-c', 'cat; echo bye; exit 3']);
    await conversation.write(Buffer.from('hello\n'));
    conversation.finish();
    expect(await textOf(conversation.output)).toBe('hello\nbye\n');
    expect(await conversation.close(10_000)).toEqual({ exitCode: 3, signal: null });
    expect(await conversation.close(0)).toEqual({ exitCode: 3, signal: null });
  });

  test('a child that is left alone is killed and has no exit code', async () => {
    const conversation = await processes.converse(['sh', '-c', 'while :; do echo on and on; done']);
    expect(await conversation.close(0)).toEqual({ exitCode: null, signal: 'SIGKILL' });
  });
});
