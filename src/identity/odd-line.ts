/**
 * The first line that a document of indented JSON never has at that place, as ` (line 3)`; empty when there is none.
 * For documents that no JSON reader takes any more: it tells where they were damaged.
 */
export function oddLine(bytes: Uint8Array): string {
  const plain = String.raw`[^"\\\u0000-\u001f\ufffd]`;
  const value = String.raw`(?:"${plain}*"|-?(?:0|[1-9]\d*)|true|false|null|\[\]|\{\})`;
  const usual = new RegExp(String.raw`^ *(?:[\]}],?|(?:"${plain}*": )?(?:[[{]|${value},?))$`);
  const text = new TextDecoder().decode(bytes).replace(/\n$/, '');
  const open: string[] = [];
  const at = text.split('\n').findIndex((line, index) => {
    const [closing] = /[\]}](?=,?$)/.exec(line.trim().length <= 2 ? line : '') ?? [];
    if (closing !== undefined && open.pop() !== closing) return true;
    if (/[[{]$/.test(line)) open.push(line.endsWith('[') ? ']' : '}');
    return !usual.test(line) || (index === 0 && line !== '{');
  });
  return at === -1 ? '' : ` (line ${at + 1})`;
}
