/** A machine that binaries are made for, by the names which publishers use in theirs. */
export interface Platform {
  /** Our name: `linux-x64`, `linux-arm64`. */
  readonly id: string;
  /** `{os}` in names: `linux` unless declared. */
  readonly os: string;
  /** `{arch}`: `x86_64` or `aarch64` unless declared. */
  readonly arch: string;
  /** `{target}`: `x86_64-unknown-linux-gnu` or `aarch64-unknown-linux-gnu` unless declared. */
  readonly target: string;
}

/** Where a release comes from. Texts may hold `{name} {version} {os} {arch} {target}`. */
export type SourceSpec =
  | {
      readonly type: 'github';
      /** `OWNER/NAME`. */
      readonly repository: string;
      /** `v{version}` unless given. */
      readonly tag: string;
      readonly asset: string;
      /** `https://api.github.com` unless given. */
      readonly api: string;
      /** File that holds a token, mode 0600. */
      readonly tokenFile?: string | undefined;
    }
  | { readonly type: 'https'; readonly url: string }
  | { readonly type: 'directory'; readonly path: string; readonly file: string }
  | { readonly type: 'ssh'; readonly host: string; readonly path: string }
  | { readonly type: 'bundle'; readonly path: string };

/** One file to take out of an archive (or the bare file itself). */
export interface MemberSpec {
  /** Exact name in the archive, placeholders allowed; unused for a bare file. */
  readonly path: string;
  /** Name below the release directory, for example `bin/agave-validator`. */
  readonly install: string;
  /** Permission bits: 0o755 or 0o644 unless declared; never setuid, setgid or writable by others. */
  readonly mode: number;
}

/** How the bytes are proven, besides their pin. Names of side files may hold placeholders and `{artifact}`. */
export type VerifySpec =
  /** The artifact is listed with its digest in a `SHA256SUMS` (or 512) file. Proves nothing alone; others may sign that file. */
  | { readonly type: 'sha256sums'; readonly file: string }
  | {
      readonly type: 'openpgp';
      /**
       * Detached signatures (each `over` the artifact unless it names a sums file, which must then list the
       * artifact) or clear-signed sums files.
       */
      readonly signatures: readonly { readonly file: string; readonly over?: string | undefined }[];
      /** Files of public keys, beside `valops.yaml`. */
      readonly keys: readonly string[];
      /** Primary key fingerprints that are trusted, 40 or 64 hex digits. */
      readonly signers: readonly string[];
      /** Distinct trusted signers needed; all of `signers` unless given. */
      readonly threshold: number;
    }
  /** `over` as above. `signers`: public keys in base64 as minisign prints them. */
  | {
      readonly type: 'minisign';
      readonly signature: string;
      readonly over?: string | undefined;
      readonly signers: readonly string[];
      readonly threshold: number;
    }
  /** `signers`: files of public keys, beside `valops.yaml`. Detached or embedding (`signify -e`). */
  | {
      readonly type: 'signify';
      readonly signature: string;
      readonly over?: string | undefined;
      readonly signers: readonly string[];
      readonly threshold: number;
    }
  | {
      readonly type: 'sigstore';
      readonly bundle: string;
      readonly over?: string | undefined;
      /** Saved trusted root, beside `valops.yaml`. */
      readonly trustedRoot: string;
      /** Certificate identities (exact SAN) with their issuer; one suffices unless `threshold` says more. */
      readonly signers: readonly { readonly identity: string; readonly issuer: string }[];
      /** File of a PEM public key beside `valops.yaml`, for bundles made with a key and no certificate; `signers` is then empty. */
      readonly key?: string | undefined;
      readonly threshold: number;
    }
  | {
      readonly type: 'github-attestation';
      readonly bundle: string;
      readonly trustedRoot: string;
      /** Who may have built it; `workflow` is the path and ref as in the certificate, for example `.github/workflows/release.yml@refs/tags/v{version}`. */
      readonly signers: readonly { readonly repository: string; readonly workflow: string }[];
      /** In-toto predicate type; SLSA provenance v1 unless given. */
      readonly predicateType: string;
      readonly threshold: number;
    };

/** A program to run as a check, first word below the release directory or absolute. */
export interface CommandSpec {
  readonly run: readonly [string, ...string[]];
  /** Text that the output must contain. */
  readonly expect?: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

/** One binary of `valops.yaml`, defaults filled in. */
export interface Declaration {
  readonly name: string;
  /** The wanted version: what `sync pin NAME` pins without VERSION. */
  readonly version: string;
  readonly platforms: readonly Platform[];
  /** Absolute directory that holds `<name>/`; owned by root. */
  readonly prefix: string;
  readonly source: SourceSpec;
  /** `bare`: the artifact itself is the one member. */
  readonly archive: { readonly format: 'auto' | 'bare'; readonly members: readonly MemberSpec[] };
  readonly verify: readonly VerifySpec[];
  /** Smoke check of the new binary before the switch; its output must contain the version unless `expect` says otherwise. */
  readonly check?: CommandSpec | undefined;
  /** After the switch; failing switches back. */
  readonly health?: CommandSpec | undefined;
  /** The only way a running service is touched: run after the switch, before `health`. */
  readonly restart?: CommandSpec | undefined;
  /** Oldest version that may ever be active again. */
  readonly minimum?: string | undefined;
  /** Releases kept by `sync prune`, the active one included. */
  readonly keep: number;
}
