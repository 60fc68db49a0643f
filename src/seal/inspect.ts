import { inspect, type Inspection } from '../age/inspect.ts';
import type { Context } from '../core/context.ts';
import { readInput } from './input.ts';

/** What a sealed file is, without a key. `-` is standard input. Throws AGE_HEADER_INVALID. */
export async function inspectFile(context: Context, path: string): Promise<Inspection> {
  return inspect(readInput(context, path));
}
