/** Reads the data types of RFC 4251, section 5. Every method throws a plain Error past the end. */
export class SshReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  uint32(): number {
    if (this.remaining < 4) throw new Error('SSH data ends early');
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }

  take(length: number): Buffer {
    if (this.remaining < length) throw new Error('SSH data ends early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  string(): Buffer {
    return this.take(this.uint32());
  }

  text(): string {
    return this.string().toString('latin1');
  }

  /** A non-negative mpint, big-endian without leading zeros. */
  positive(): Buffer {
    const bytes = this.string();
    if (bytes.length === 0 || (bytes[0] ?? 0) >= 0x80) throw new Error('SSH number is not positive');
    return bytes[0] === 0 ? bytes.subarray(1) : bytes;
  }
}

/** The string type of RFC 4251: length in four bytes, then the bytes. */
export function sshString(bytes: Uint8Array | string): Buffer {
  const body = Buffer.from(bytes as Uint8Array);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** A non-negative number, given big-endian, as mpint of RFC 4251. */
export function sshPositive(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const body = start === -1 ? new Uint8Array(0) : bytes.subarray(start);
  return sshString((body[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), body]) : body);
}
