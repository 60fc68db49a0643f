import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GuardPlace } from '../../src/core/guard/place.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A guard's place below a fresh directory, without systemd or cron; removed when the test ends. */
export function temporaryPlace(): GuardPlace & { readonly root: string } {
  const root = temporaryDirectory();
  const place = {
    root,
    state: join(root, 'state'),
    run: join(root, 'run'),
    systemd: join(root, 'no-systemd'),
    units: join(root, 'units'),
    cron: join(root, 'no-cron'),
    newLogin: false,
  };
  mkdirSync(place.units);
  return place;
}
