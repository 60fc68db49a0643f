import { armorBegin } from '../age/armor.ts';

/** Whether the beginning of a file (as latin1) is that of an age file, armored or not. */
export function isSealedText(text: string): boolean {
  const start = text.trimStart();
  return start.startsWith('age-encryption.org/') || start.startsWith(armorBegin);
}
