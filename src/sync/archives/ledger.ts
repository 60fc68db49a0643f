import type { ValopsError } from '../../lib/errors.ts';
import { foldName, judgeName } from './entry-name.ts';
import type { Faults } from './faults.ts';

interface Place {
  /** The last part of the name, as it was first written. */
  readonly name: string;
  kind: 'directory' | 'file' | 'link';
  readonly below: Map<string, Place>;
}

/**
 * All names of one archive, judged against each other as they come. Every method that adds throws
 * SYNC_ARCHIVE_UNSAFE for what must not be there.
 */
export class Ledger {
  entries = 0;
  readonly #faults: Faults;
  readonly #limit: number;
  readonly #wanted: ReadonlySet<string>;
  readonly #taken = new Set<string>();
  readonly #root: Place = { name: '', kind: 'directory', below: new Map() };
  /** A few names of files for the message when one is missing. */
  readonly #seen: string[] = [];
  readonly #alike: string[] = [];

  constructor(faults: Faults, limit: number, wanted: readonly string[]) {
    this.#faults = faults;
    this.#limit = limit;
    this.#wanted = new Set(wanted);
  }

  /** A regular file. Returns its path when it is wanted. */
  addFile(name: string): string | undefined {
    const path = this.#add(name, 'file').join('/');
    this.#remember(path);
    if (!this.#wanted.has(path)) return undefined;
    this.#taken.add(path);
    return path;
  }

  addDirectory(name: string): void {
    this.#add(name, 'directory');
  }

  /**
   * A symbolic link. Targets may step up (`..`) at their beginning only: no directory above a link is
   * itself a link, so steps up are counted exactly, and steps down cannot undo that.
   * Throws also SYNC_MEMBER_MISSING when it stands where a file is wanted.
   */
  addSymbolicLink(name: string, target: string): void {
    const parts = this.#add(name, 'link');
    const steps = target.split('/').filter((step) => step !== '' && step !== '.');
    const up = steps.findIndex((step) => step !== '..');
    const ups = up === -1 ? steps.length : up;
    if (target === '' || target.startsWith('/') || ups > parts.length - 1 || steps.lastIndexOf('..') >= ups) {
      throw this.#faults.unsafe(`holds the link "${name}" to "${target}", which leads out of it`);
    }
    const below = [...parts.slice(0, parts.length - 1 - ups), ...steps.slice(ups)];
    if (below.length > 0) this.#judge(below.join('/'));
    this.#refuseWanted(parts.join('/'), `a symbolic link to "${target}"`, below.join('/'));
  }

  /** A hard link, to the name of an entry before it. Throws as `addSymbolicLink`. */
  addHardLink(name: string, target: string): void {
    const parts = this.#add(name, 'link');
    const path = this.#judge(target);
    if (this.#find(path)?.kind !== 'file') {
      throw this.#faults.unsafe(`holds the hard link "${name}" to "${target}", which is no file before it`);
    }
    this.#refuseWanted(parts.join('/'), `a hard link to "${target}"`, path.join('/'));
  }

  /** What is wrong when the whole archive was read and something wanted did not come; undefined when all did. */
  absent(): ValopsError | undefined {
    const absent = [...this.#wanted].filter((path) => !this.#taken.has(path));
    if (absent.length === 0) return undefined;
    const names = absent.map((path) => `"${path}"`).join(', ');
    if (absent.some((path) => this.#find(path.split('/'))?.kind === 'directory')) {
      return this.#faults.missing(
        `holds ${names} as a directory, not a file`,
        'Declare the files below it as members.',
      );
    }
    const instead = this.#alike.length > 0 ? this.#alike : this.#seen;
    if (instead.length === 0) {
      return this.#faults.missing(`does not hold ${names}; it holds no file`, 'Check the URL and the asset name.');
    }
    const more = instead === this.#seen && this.entries > instead.length ? ' and others' : '';
    return this.#faults.missing(
      `does not hold ${names}; it holds ${instead.map((path) => `"${path}"`).join(', ')}${more}`,
      'Correct "path" of that member in valops.yaml.',
    );
  }

  #add(name: string, kind: Place['kind']): readonly string[] {
    this.entries += 1;
    if (this.entries > this.#limit) throw this.#faults.unsafe(`holds more than the ${this.#limit} entries allowed`);
    const parts = this.#judge(name);
    if (parts.length === 0) {
      if (kind === 'directory') return parts;
      throw this.#faults.unsafe(`holds entry "${name}" that stands for the directory it is unpacked in`);
    }
    let place = this.#root;
    for (const [index, part] of parts.entries()) {
      const last = index === parts.length - 1;
      const key = foldName(part);
      const known = place.below.get(key);
      if (known === undefined) {
        const made: Place = { name: part, kind: last ? kind : 'directory', below: new Map() };
        place.below.set(key, made);
        place = made;
        continue;
      }
      if (known.name !== part) {
        throw this.#faults.unsafe(
          `holds "${name}" beside "${[...parts.slice(0, index), known.name].join('/')}": twins by case or Unicode form`,
        );
      }
      if (last && (kind !== 'directory' || known.kind !== 'directory')) {
        throw this.#faults.unsafe(`holds "${name}" twice`);
      }
      if (known.kind !== 'directory') {
        throw this.#faults.unsafe(
          `holds "${name}" below "${parts.slice(0, index + 1).join('/')}", which is a ${known.kind}`,
        );
      }
      place = known;
    }
    return parts;
  }

  #judge(name: string): readonly string[] {
    const judged = judgeName(name);
    if (judged.fault !== undefined) throw this.#faults.unsafe(`holds entry "${name}", which ${judged.fault}`);
    return judged.parts;
  }

  #find(parts: readonly string[]): Place | undefined {
    let place: Place | undefined = this.#root;
    for (const part of parts) {
      place = place.below.get(foldName(part));
      if (place?.name !== part) return undefined;
    }
    return place;
  }

  #refuseWanted(path: string, what: string, target: string): void {
    if (!this.#wanted.has(path)) return;
    throw this.#faults.missing(`holds "${path}" as ${what}, not a file`, `Declare the member "${target}" instead.`);
  }

  #remember(path: string): void {
    const base = path.slice(path.lastIndexOf('/') + 1);
    const alike = [...this.#wanted].some(
      (wanted) => wanted !== path && wanted.slice(wanted.lastIndexOf('/') + 1) === base,
    );
    const list = alike ? this.#alike : this.#seen;
    if (list.length < 8) list.push(path);
  }
}
