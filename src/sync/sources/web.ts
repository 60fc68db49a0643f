import { ValopsError } from '../../lib/errors.ts';
import type { Fetched, FetchRequest, Location, SyncDoors } from '../source.ts';

/** Whether a side file is named by its whole address instead of a name beside the artifact. */
export function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** A file at an address; its name is the last part of the path. Throws CONFIG_INVALID when there is none. */
export function webLocation(address: string): Location {
  let url: URL;
  try {
    url = new URL(address);
  } catch (cause) {
    throw invalid(address, 'it is no address', cause);
  }
  return { name: lastName(url, address), url: url.href };
}

/** Fetches a file at an address. `headers` go to its own origin only. */
export async function fetchWeb(
  doors: SyncDoors,
  { location, ...request }: FetchRequest,
  headers: Readonly<Record<string, string>> = {},
): Promise<Fetched> {
  const downloads = await doors.downloads();
  const { path, size, sha256 } = await downloads.fetch({
    ...request,
    url: location.url,
    title: location.name,
    headers,
  });
  return { path, size, sha256 };
}

function lastName(url: URL, address: string): string {
  let name: string;
  try {
    name = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
  } catch (cause) {
    throw invalid(address, 'the last part of its path is wrongly encoded', cause);
  }
  if (name === '' || name === '.' || name === '..' || /[/\\\p{Cc}]/u.test(name)) {
    throw invalid(address, 'it does not end with a file name');
  }
  return name;
}

function invalid(address: string, why: string, cause?: unknown): ValopsError {
  return new ValopsError('CONFIG_INVALID', `"${address}" names no file: ${why}`, {
    hint: 'Give the whole address of the file, as https://HOST/PATH/FILE.',
    cause,
  });
}
