export async function* armor(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for await (const b of source) blocks.push(b);
  const { armor: lib } = await import('age-encryption');
  yield Buffer.from(lib.encode(Uint8Array.from(Buffer.concat(blocks))));
}

export async function dearmor(
  source: AsyncIterable<Uint8Array>,
): Promise<{ armored: boolean; bytes: AsyncIterable<Uint8Array> }> {
  return { armored: false, bytes: source };
}
