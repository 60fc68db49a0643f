import type { Question } from '../../core/fact.ts';
import { partFunctions, readParts } from '../parts.ts';

export interface ResolverFile {
  readonly path: string;
  /** What it is a link to, as written; null: it is no link. */
  readonly link: string | null;
  /** Lines that mean something, without comments and with single blanks. Null: longer than 256 KiB. */
  readonly lines: readonly { readonly line: number; readonly text: string }[] | null;
  /** Lowercase hex SHA-256, of a file that is too long to be listed only. */
  readonly sha256: string | null;
}

/** The files that decide which address a name leads to, those that are there, by path. */
export const networkResolver: Question<readonly ResolverFile[]> = {
  id: 'network.resolver',
  family: 'network',
  title: 'name servers, hosts file, and the order in which names are looked up',
  script: () => `${partFunctions}
for path in /etc/resolv.conf /etc/hosts /etc/nsswitch.conf /etc/host.conf /etc/gai.conf \\
  /etc/systemd/resolved.conf /etc/systemd/resolved.conf.d/*.conf /etc/systemd/dnssd/*.dnssd /etc/resolvconf.conf \\
  /etc/resolvconf/resolv.conf.d/* /etc/dnsmasq.conf /etc/dnsmasq.d/*; do
  [ ! -L "$path" ] || part "link $path" readlink -- "$path"
  [ -f "$path" ] || continue
  size=$(stat -L -c %s -- "$path") || continue
  if [ "$size" -gt 262144 ]; then part "digest $path" sha256sum -- "$path"; else part "text $path" cat -- "$path"; fi
done`,
  privileged: false,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const paths = new Set([...parts.keys()].map((name) => name.slice(name.indexOf(' ') + 1)));
    const files = [...paths].toSorted().map((path): ResolverFile => {
      const [link, text, digest] = ['link', 'text', 'digest'].map((kind) => parts.get(`${kind} ${path}`));
      if ([text, digest].some((part) => part !== undefined && part.status !== 0))
        throw new Error(`"${path}" could not be read`);
      return {
        path,
        link: link === undefined ? null : link.text,
        lines: digest === undefined ? meaningful(text?.exact ?? '') : null,
        sha256: digest === undefined ? null : (digest.text.replace(/^\\/, '').split(' ')[0] ?? ''),
      };
    });
    if (files.length === 0) throw new Error('none of the files that decide about names is there');
    return files;
  },
};

function meaningful(text: string): NonNullable<ResolverFile['lines']> {
  return text.split('\n').flatMap((content, index) => {
    // resolv.conf(5): a comment starts in the first column; elsewhere it may follow
    const words = content.replace(/(?:^\s*[#;]|\s#).*$/, '').trim();
    return words === '' ? [] : [{ line: index + 1, text: words.replaceAll(/\s+/g, ' ') }];
  });
}
