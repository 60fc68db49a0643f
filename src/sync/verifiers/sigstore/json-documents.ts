/** Reads one JSON document, or one to a line; undefined when it is neither, or empty. */
export function readJsonDocuments(bytes: Uint8Array): readonly unknown[] | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  const whole = parsed(text);
  if (whole !== undefined) return [whole.value];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const documents = lines.map(parsed);
  if (documents.length === 0 || documents.includes(undefined)) return undefined;
  return documents.map((document) => document?.value);
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
