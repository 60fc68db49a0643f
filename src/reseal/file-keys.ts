import { Secret } from '../lib/secret.ts';

/** Bytes of a file key (C2SP age). */
const keySize = 16;

/** Keys in one piece of memory: one of its own for each would take thirty times as much. */
const keysInBlock = 4096;

/** The file keys of many sealed files. They are never written anywhere. */
export class FileKeys {
  readonly #blocks: Secret[] = [];
  #count = 0;

  /** Takes a copy of a key; answers the number to find it by. */
  keep(fileKey: Uint8Array): number {
    const index = this.#count++;
    if (index % keysInBlock === 0) this.#blocks.push(new Secret(new Uint8Array(keysInBlock * keySize)));
    this.use(index, (room) => room.set(fileKey));
    return index;
  }

  /** Lends a key to `work`, which must not keep it. */
  use<T>(index: number, work: (fileKey: Uint8Array) => T): T {
    const block = this.#blocks[Math.floor(index / keysInBlock)];
    if (block === undefined) throw new Error(`there is no file key ${index}`);
    const at = (index % keysInBlock) * keySize;
    return block.use((bytes) => work(bytes.subarray(at, at + keySize)));
  }

  /** Overwrites a key with zeros. */
  wipe(index: number): void {
    this.use(index, (fileKey) => fileKey.fill(0));
  }
}
