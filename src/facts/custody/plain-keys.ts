import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, partOf, readWholeParts, refuseMissingTool } from '../parts.ts';

/** What a file in clear holds, by its content. */
export type PlainKeyKind = 'age' | 'openssh' | 'solana' | 'cometbft' | 'identity-secret';

/** A file with a private key that nothing protects. */
export interface PlainKey {
  readonly path: string;
  readonly kind: PlainKeyKind;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  /** Sealed files (`*.age`) in the same directory. */
  readonly beside: readonly string[];
}

/** Private keys in clear, as far as was looked. */
export interface PlainKeys {
  readonly keys: readonly PlainKey[];
  /** Files that were read. */
  readonly files: number;
  /** Why there may be more; null when everything was looked at. */
  readonly cut: string | null;
  /** Trees of language package managers and databases of ledgers: not looked into; at most 100, not there when there are none. */
  readonly leftOut?: readonly string[];
}

/** Places where people, scripts and packages leave files; homes of users come to these. */
const usual = ['/root', '/home', '/etc', '/opt', '/srv', '/tmp', '/var/tmp', '/dev/shm', '/var/lib', '/var/backups'];
const others = ['/usr/local', '/mnt', '/media', '/var/spool', '/var/log', '/var/www', '/run/user/*'];

/** Below these packages keep thousands of files of their own, and no keys of anybody. */
const pruned = ['dpkg', 'apt', 'docker', 'containerd', 'snapd', 'lxc', 'systemd/catalog', 'gems', 'plocate'];

/**
 * Directories in which package managers of languages keep what others published, where keys are data of tests;
 * and databases of ledgers (Agave's accounts and blockstore, CometBFT's, geth's), of which each has files by the
 * hundred thousand.
 */
const passedBy = [
  ...['node_modules', 'site-packages', 'dist-packages', 'rocksdb', "'*.db'", 'chaindata'].map(
    (name) => `-name ${name}`,
  ),
  ...['go/pkg/mod', '.cargo/registry', '.cargo/git', '.rustup/toolchains', '.nvm/versions', '.pyenv/versions'],
  ...['*conda3/pkgs', 'miniforge3/pkgs', '.npm/_cacache', '.bun/install/cache', '.local/share/pnpm', '.m2/repository'],
  ...['accounts/run', 'accounts/snapshot'],
  ...['pip', 'uv', 'yarn', 'go-build', 'pnpm'].map((name) => `.cache/${name}`),
].map((test) => (test.startsWith('-') ? test : `-path '*/${test}'`));

const mostFiles = 20_000;

/** Levels that are looked at of a file system mounted below a place: a stick, not a whole ledger. */
const mountDepth = 4;

/**
 * Searches for private keys in clear by what files hold, whatever they are called: age, OpenSSH without a
 * passphrase, Solana keypairs, keys of CometBFT; and arch-valops' `identity-secret` by its name and shape.
 * Files up to 64 KiB in the usual places, at most 20000; of file systems mounted below them the first four
 * levels; not the trees of package managers and containers, nor databases of ledgers (told in `leftOut`). Nothing of a key
 * leaves the host: grep prints names.
 */
export function custodyPlainKeysIn(places: readonly string[]): Question<PlainKeys> {
  const prune = pruned.map((name) => `-path '/var/lib/${name}'`).join(' -o ');
  return {
    id: 'custody.plain-keys',
    family: 'custody',
    title: 'private keys in clear, by content; names only (bounded search)',
    script: () => `${partFunctions}
[ -x /usr/bin/find ] || { echo 'find is not installed' >&2; exit 127; }
homes=$(getent passwd | awk -F: '$3 == 0 || $3 >= 1000 && $6 != "/" && $6 != "/nonexistent" { print $6 }' | sort -u)
set --
for place in ${[...usual, ...others].join(' ')} ${places.map(shellQuote).join(' ')}; do
  [ ! -d "$place" ] || set -- "$@" "$place"
done
old_ifs=$IFS
IFS='
'
set -f
for place in $homes; do
  case $place in /root* | /home/* | /var/lib/* | /opt/* | /srv/* | /etc/* | /dev* | /proc* | /bin | /usr*) ;; *)
    [ ! -d "$place" ] || set -- "$@" "$place" ;;
  esac
done
IFS=$old_ifs
mounts=$(awk '$3 ~ /^(ext[234]|xfs|btrfs|zfs|f2fs|vfat|exfat|ntfs3|fuseblk|tmpfs|ramfs)$/ { print $2 }' /proc/1/mounts |
  sort -u | while IFS= read -r mount; do
    mount=$(printf '%b' "$(printf '%s' "$mount" | sed 's/\\\\\\([0-7]\\)/\\\\0\\1/g')")
    for place in "$@"; do
      case $mount in "\${place%/}"/*) printf '%s\\n' "$mount"; break ;; esac
    done
  done)
reading() {
  /usr/bin/find -H "$@" \\( ${prune} \\) -prune -o \\
    -type d \\( ${passedBy.join(' -o ')} \\) ! -empty -prune -printf 'left %p\\0' -o \\
    -type f -size +31c -size -65k -print0 2>/dev/null
}
small() {
  {
    reading "$@" -xdev
    printf '%s\\n' "$mounts" | while IFS= read -r mount; do [ -z "$mount" ] || reading "$mount" -xdev -maxdepth ${mountDepth}; done
  } | lined | head -n ${mostFiles + 1}
}
# one name a line, whatever is in it, and back
lined() { sed -z 's/\\x01/\\x01a/g; s/\\n/\\x01b/g' | tr '\\0' '\\n'; }
unlined() { tr '\\n' '\\0' | sed -z 's/\\x01b/\\n/g; s/\\x01a/\\x01/g'; }
one=$(printf '\\001')
named() {
  named=$1
  case $1 in *"$one"*)
    named=$(printf '%s\\n' "$1" | unlined | tr '\\0' /)
    named=\${named%/}
  esac
}
found=$(small "$@")
names=$(printf '%s\\n' "$found" | grep '^/')
left() { printf '%s\\n' "$found" | sed -n 's/^left //p' | head -n 100; }
count=$(printf '%s\\n' "$names" | grep -c .)
given() { printf '%s\\n' "$names" | head -n ${mostFiles} | unlined; }
# a pipe may have taken the place of a file since
holding() { given | xargs -0 -r grep -lZsaE -D skip "$@" -- | lined; }
solana='[[:space:]]*[0-9]{1,3}[[:space:]]*'
few() {
  given | xargs -0 -r grep -lZsazE -D skip "^[[:space:]]*\\\\[($solana,){63}$solana\\\\][[:space:]]*\\$" -- | lined
}
part left left
part count echo "$count"
any=$(holding -e '^AGE-SECRET-KEY-(PQ-)?1[02-9AC-HJ-NP-Z]{58}' -e '^b3BlbnNzaC1rZXktdjEAAAAABG5vbmU' -e '"(tendermint|cometbft)/PrivKey')
kind() {
  printf '%s\\n' "$any" | while IFS= read -r path; do
    named "$path"
    if [ -n "$path" ] && grep -qsaE -D skip "$1" -- "$named" && grep -qsaE -D skip "\${2:-.}" -- "$named"; then printf '%s\\n' "$path"; fi
  done
}
age=$(kind '^AGE-SECRET-KEY-(PQ-)?1[02-9AC-HJ-NP-Z]{58}')
openssh=$(kind '^b3BlbnNzaC1rZXktdjEAAAAABG5vbmU')
cometbft=$(kind '"(tendermint|cometbft)/PrivKey' '"value"[[:space:]]*:[[:space:]]*"[A-Za-z0-9+/]{43,}={0,2}"')
solana=$(few)
secret=$(printf '%s\\n' "$names" | grep -E '/[^/]*identity-secret[^/]*$' | while IFS= read -r path; do
  named "$path"
  if grep -qsaE -D skip '^(0x)?[0-9a-fA-F]{64}([0-9a-fA-F]{64})?[[:space:]]*$' -- "$named"; then printf '%s\\n' "$path"; fi
done)
part age printf '%s' "$age"
part openssh printf '%s' "$openssh"
part cometbft printf '%s' "$cometbft"
part solana printf '%s' "$solana"
part identity-secret printf '%s' "$secret"
printf '%s\\n' "$age" "$openssh" "$cometbft" "$solana" "$secret" | grep . | head -n 500 | while IFS= read -r path; do
  named "$path"
  part "stat $path" stat -c '%a %U' -- "$named"
  case "$named" in */*) part "beside $path" /usr/bin/find "\${named%/*}/" -maxdepth 1 -type f -name '*.age' -printf '%f\\n' ;; esac
done
echo '=end 0'`,
    privileged: true,
    timeout: 60,
    parse: (answer) => {
      refuseMissingTool(answer);
      const parts = readWholeParts(answer.stdout);
      const kinds: readonly PlainKeyKind[] = ['age', 'openssh', 'solana', 'cometbft', 'identity-secret'];
      const keys = kinds.flatMap((kind) =>
        partOf(parts, kind)
          .text.split('\n')
          .filter(Boolean)
          .map((path): PlainKey => {
            const [mode = '', owner = ''] = (parts.get(`stat ${path}`)?.text ?? '').split(' ');
            const beside = (parts.get(`beside ${path}`)?.text ?? '').split('\n').filter(Boolean);
            return { path: nameOf(path), kind, mode: mode.padStart(4, '0'), owner, beside: beside.toSorted() };
          }),
      );
      const count = Number(partOf(parts, 'count').text);
      const leftOut = (parts.get('left')?.text ?? '').split('\n').filter(Boolean);
      const cut = [...(count > mostFiles ? [`more than ${mostFiles} files: the rest was not read`] : [])].join('; ');
      return {
        keys: [...new Map(keys.map((key) => [`${key.path} ${key.kind}`, key])).values()].toSorted((a, b) =>
          a.path < b.path ? -1 : 1,
        ),
        files: Math.min(count, mostFiles),
        cut: cut === '' ? null : cut,
        ...(leftOut.length === 0 ? {} : { leftOut: leftOut.map((path) => path.replaceAll('\u0001', '?')).toSorted() }),
      };
    },
  };
}

/** In the usual places. */
export const custodyPlainKeys = custodyPlainKeysIn([]);

/** The name that stands in a line for one with line breaks. */
function nameOf(line: string): string {
  return line.replaceAll('\u0001b', '\n').replaceAll('\u0001a', '\u0001');
}
