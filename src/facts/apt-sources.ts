/** One line of a sources.list(5) file, or one combination of a stanza's fields: one list that apt fetches. */
export interface AptSource {
  readonly file: string;
  /** Of the line, or of the first line of the stanza. */
  readonly line: number;
  /** False for a stanza with `Enabled: no`. Lines that are commented out are not told. */
  readonly enabled: boolean;
  readonly type: 'deb' | 'deb-src';
  /** A password in it is replaced by `…`. */
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Key files and fingerprints; `inline` for a key that stands in the file; empty: any key that apt trusts. */
  readonly signedBy: readonly string[];
  /** All other options by their lower-case name: `trusted`, `allow-insecure`, `arch` … */
  readonly options: Readonly<Record<string, string>>;
}

/** What a file of sources says, and the lines that are not understood. */
export interface AptSources {
  readonly sources: readonly AptSource[];
  readonly unreadable: readonly number[];
}

const withoutPassword = (uri: string): string => uri.replace(/\/\/[^/@\s]*@/, '//…@');
const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);
const signers = (text: string): readonly string[] => text.split(/[\s,]+/).filter(Boolean);

/** Reads the one-line format of sources.list(5). */
export function readOneLineSources(file: string, text: string): AptSources {
  const sources: AptSource[] = [];
  const unreadable: number[] = [];
  text.split('\n').forEach((full, index) => {
    const line = full.replace(/#.*/, '').trim();
    if (line === '') return;
    const match = /^(deb|deb-src)\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)(.*)$/.exec(line);
    if (match === null) {
      unreadable.push(index + 1);
      return;
    }
    const [, type, given = '', uri = '', suite = '', components = ''] = match;
    const options = Object.fromEntries(
      words(given).map((word) => {
        const [name = '', ...value] = word.split('=');
        return [name.replace(/[+-]$/, '').toLowerCase(), value.join('=')];
      }),
    );
    const { 'signed-by': signedBy = '', ...others } = options;
    sources.push({
      file,
      line: index + 1,
      enabled: true,
      type: type as AptSource['type'],
      uri: withoutPassword(uri),
      suite,
      components: words(components),
      signedBy: signers(signedBy),
      options: others,
    });
  });
  return { sources, unreadable };
}

const ownFields = new Set(['types', 'uris', 'suites', 'components', 'signed-by', 'enabled']);

/** Reads the deb822 format of sources.list(5): stanzas of fields. */
export function readStanzaSources(file: string, text: string): AptSources {
  const sources: AptSource[] = [];
  const unreadable: number[] = [];
  let fields = new Map<string, string>();
  let start = 0;
  let current = '';
  const finish = (): void => {
    if (fields.size === 0) return;
    const field = (name: string): string => fields.get(name) ?? '';
    const signedBy = field('signed-by').includes('BEGIN PGP') ? ['inline'] : signers(field('signed-by'));
    const lists = words(field('types')).flatMap((type) =>
      words(field('uris')).flatMap((uri) => words(field('suites')).map((suite) => ({ type, uri, suite }))),
    );
    if (lists.length === 0) unreadable.push(start);
    for (const { type, uri, suite } of lists)
      sources.push({
        file,
        line: start,
        enabled: !/^(no|false|without|off|disable|0)$/i.test(field('enabled')),
        type: type === 'deb-src' ? 'deb-src' : 'deb',
        uri: withoutPassword(uri),
        suite,
        components: words(field('components')),
        signedBy,
        options: Object.fromEntries([...fields].filter(([name]) => !ownFields.has(name))),
      });
    fields = new Map();
    current = '';
  };
  text.split('\n').forEach((line, index) => {
    if (line.startsWith('#')) return;
    if (line.trim() === '') return finish();
    if (fields.size === 0) start = index + 1;
    const match = /^([\w-]+)\s*:\s*(.*)$/.exec(line);
    if (match !== null) {
      current = (match[1] ?? '').toLowerCase();
      fields.set(current, (match[2] ?? '').trim());
    } else if (/^\s/.test(line) && current !== '') {
      fields.set(current, `${fields.get(current) ?? ''}\n${line.trim()}`);
    } else unreadable.push(index + 1);
  });
  finish();
  return { sources, unreadable };
}
