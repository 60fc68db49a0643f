/** A file found by walking, and what its package knows about it. */
export interface ListedFile {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** Four octal digits. Of a link: mode, owner and group are those of what it points to. */
  readonly mode: string;
  /** User and group by name; their numbers where they have no name. */
  readonly owner: string;
  readonly group: string;
  /** Target of a link, as written. */
  readonly link: string | null;
  /** Of the content; null for what is no regular file, or a large one. */
  readonly sha256: string | null;
  /** The package of dpkg whose list of files has it; null: none, or no dpkg. */
  readonly package: string | null;
  /** Whether the content differs from the package's; null where the package does not tell. */
  readonly changed: boolean | null;
}

/**
 * Shell functions. `walk KIBIBYTES ARGUMENT…` runs find with these arguments (places and tests) and
 * prints a record for each hit, digests for files smaller than that; `with_packages all|odd` reads
 * these and prints lines for `readListedFiles`, asking dpkg's own lists in one pass. `odd` leaves
 * out, but for their number, the files of packages which are as shipped and which root alone can change.
 * By absolute path: only the programs of coreutils and findutils know these options.
 */
export const listFunctions = `walk() {
  walk_size=$1
  shift
  /usr/bin/find "$@" -printf 'F\\t%m\\t%u\\t%g\\t%y\\t%p//\\t%l\\0' \\( \\
    -type f -size "-\${walk_size}k" -exec /usr/bin/sha256sum -z -- {} + -exec /usr/bin/md5sum -z -- {} + \\
    -o -type l -exec /usr/bin/stat -L --printf 'T\\t%a\\t%U\\t%G\\t%n\\0' -- {} + \\) 2>/dev/null
}
with_packages() {
  which=$1
  # all at once: one by one is quadratic, and hosts have two thousand lists; without any, $1 is the pattern
  set -- /var/lib/dpkg/info/*.md5sums
  [ -r "$1" ] || shift
  set -- /var/lib/dpkg/info/*.list "$@"
  [ -r "$1" ] || shift
  for asked in /var/lib/dpkg/diversions /var/lib/dpkg/status; do [ ! -r "$asked" ] || set -- "$@" "$asked"; done
  tr '\\n\\000' '\\001\\n' | awk -F '\\t' -v which="$which" '
    function plain(p) { return p ~ /^\\/usr\\/(bin|sbin|lib|lib32|lib64|libx32)\\// ? substr(p, 5) : p }
    FNR == 1 {
      from = FILENAME ~ /\\.list$/ ? "list" : FILENAME ~ /\\.md5sums$/ ? "md5" : FILENAME ~ /dpkg\\/(status|diversions)$/ ? FILENAME : "asked"
      package = FILENAME
      sub(/^.*\\//, "", package)
      sub(/(:[^:]*)?\\.list$/, "", package)
    }
    from == "list" { if ($0 in key) { p = key[$0]; if (owner[p] == "") owner[p] = package } next }
    from == "md5" { name = substr($0, 35); if (name in key) shipped[key[name]] = substr($0, 1, 32); next }
    from ~ /status$/ {
      if (/^ \\//) { split($0, w, " "); p = plain(w[1]); if (p in at && length(w[2]) == 32) shipped[p] = w[2] }
      next
    }
    from ~ /diversions$/ {
      if (FNR % 3 == 2) { p = plain($0) } else if (FNR % 3 == 0 && p in at) owner[p] = $0
      next
    }
    /^F\\t/ {
      # a name may hold tabs, but no two slashes
      path = $0
      sub(/^F\\t[^\\t]*\\t[^\\t]*\\t[^\\t]*\\t[^\\t]*\\t/, "", path)
      slashes = index(path, "//\\t")
      target = substr(path, slashes + 3)
      path = substr(path, 1, slashes - 1)
      p = plain(path)
      if (!(p in at)) {
        # every way in which a list may write it: one lookup for each of its lines
        key[p] = p; key["/usr" p] = p; key[substr(p, 2)] = p; key["usr" p] = p
        order[++n] = p; at[p] = path; mode[p] = $2; user[p] = $3; group[p] = $4; type[p] = $5; link[p] = target
      }
      next
    }
    /^T\\t/ { path = $0; sub(/^T\\t[^\\t]*\\t[^\\t]*\\t[^\\t]*\\t/, "", path); p = plain(path); mode[p] = $2; user[p] = $3; group[p] = $4; next }
    substr($0, 65, 2) == "  " && substr($0, 1, 64) !~ /[^0-9a-f]/ { sha[plain(substr($0, 67))] = substr($0, 1, 64); next }
    substr($0, 33, 2) == "  " { md5[plain(substr($0, 35))] = substr($0, 1, 32) }
    END {
      for (i = 1; i <= n; i++) {
        p = order[i]
        state = owner[p] == "" || md5[p] == "" || shipped[p] == "" ? "-" : md5[p] == shipped[p] ? "same" : "changed"
        m = "0000" mode[p]
        m = substr(m, length(m) - 3)
        safe = user[p] == "root" && m !~ /[2367]$/ && (m !~ /[2367].$/ || group[p] == "root")
        if (which == "odd" && safe && (type[p] == "d" || (owner[p] != "" && state != "changed" && (state == "same" || type[p] == "l")))) { left++; continue }
        gsub(/\\t/, "\\002", at[p])
        gsub(/\\t/, "\\002", link[p])
        print "f\\t" m "\\t" user[p] "\\t" group[p] "\\t" type[p] "\\t" at[p] "\\t" link[p] "\\t" sha[p] "\\t" owner[p] "\\t" state
      }
      print "=\\t" n + 0 "\\t" left + 0
    }' - "$@"
}
`;

const types: Readonly<Record<string, ListedFile['type']>> = { f: 'file', d: 'directory', l: 'link' };

/**
 * Reads what `with_packages` printed. `left`: how many were left out. Throws an Error when the list
 * is not whole. Whatever users call their files, nobody else's are hidden or misnamed by it.
 */
export function readListedFiles(text: string): { readonly files: readonly ListedFile[]; readonly left: number } {
  const lines = text.split('\n').filter(Boolean);
  const [, found, left] = /^=\t(\d+)\t(\d+)$/.exec(lines.at(-1) ?? '') ?? [];
  const files = lines.slice(0, -1).map((line): ListedFile => {
    const [first, mode = '', owner = '', group = '', type = '', path = '', link, sha256, from, state] =
      line.split('\t');
    if (first !== 'f' || state === undefined)
      throw new Error(`the list of files cannot be read: ${JSON.stringify(line.slice(0, 200))}`);
    return {
      path: nameOf(path),
      type: types[type] ?? 'other',
      mode,
      owner: owner === 'UNKNOWN' ? 'nobody known' : owner,
      group: group === 'UNKNOWN' ? 'nobody known' : group,
      link: link ? nameOf(link) : null,
      sha256: sha256 || null,
      package: from || null,
      changed: state === '-' ? null : state === 'changed',
    };
  });
  if (found === undefined || Number(found) !== files.length + Number(left))
    throw new Error('the list of files is not whole');
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), left: Number(left) };
}

/** Line breaks and tabs of names come as the characters 1 and 2. */
function nameOf(text: string): string {
  return text.replaceAll('\u0001', '\n').replaceAll('\u0002', '\t');
}
