import { describe, expect, test } from 'vitest';
import { createCleanup } from '../../src/cli/cleanup.ts';

describe('cleanup', () => {
  test('runs what is registered once, last first, and goes on after one that throws', () => {
    const cleanup = createCleanup();
    const ran: string[] = [];
    cleanup.add(() => ran.push('first'));
    cleanup.add(() => {
      throw new Error('cannot');
    });
    const release = cleanup.add(() => ran.push('taken back'));
    cleanup.add(() => ran.push('last'));
    release();
    expect(cleanup.run()).toEqual([new Error('cannot')]);
    expect(cleanup.run()).toEqual([]);
    expect(ran).toEqual(['last', 'first']);
  });

  test('knows what stays when a signal comes, until it is taken back', () => {
    const cleanup = createCleanup();
    const unsay = cleanup.say('the change rolls back at noon');
    expect(cleanup.sentences()).toEqual(['the change rolls back at noon']);
    unsay();
    expect(cleanup.sentences()).toEqual([]);
  });
});
