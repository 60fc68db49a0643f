/** Characters that a piece has at least, but for the last. */
const pieceSize = 64 * 1024;

/**
 * The JSON text of a value in pieces. Members of plain objects that can be iterated and are no arrays are written as arrays, an
 * item at a time: a document may be longer than what memory should hold. Else as JSON.stringify.
 */
export function* jsonPieces(value: unknown): Generator<string, void, undefined> {
  let text = '';
  for (const token of tokensOf(value)) {
    text += token;
    if (text.length < pieceSize) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

function* tokensOf(value: unknown): Generator<string, void, undefined> {
  if (isSequence(value)) {
    let before = '[';
    for (const item of value) {
      yield `${before}${JSON.stringify(item) ?? 'null'}`;
      before = ',';
    }
    yield before === '[' ? '[]' : ']';
  } else if (isPlain(value) && Object.values(value).some((member) => isSequence(member) || isPlain(member))) {
    let before = '{';
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined || typeof member === 'function') continue;
      yield `${before}${JSON.stringify(name)}:`;
      yield* tokensOf(member);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  } else {
    yield JSON.stringify(value) ?? 'null';
  }
}

function isSequence(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Symbol.iterator in value;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
