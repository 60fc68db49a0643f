import { reaches } from '../severity.ts';
import type { DeliveryDeclared } from './declared.ts';
import { messageOf } from './message.ts';
import type { DeliveredRun, DeliveryDoors, DeliveryWay } from './run.ts';
import { readUrlFile } from './url-file.ts';

type Signal = 'start' | 'ok' | 'fail';

/**
 * A dead man's switch that raises an alarm when nothing comes, as healthchecks.io has it: `ADDRESS/start`, `ADDRESS`
 * and `ADDRESS/fail`; or three addresses by the names `start`, `ok` and `fail`. A run has failed when a host was
 * not audited, and, where `failOn` is declared, when something as severe is open.
 */
export const ping: DeliveryWay = {
  name: 'ping',
  describe(run, declared) {
    if (declared.ping === undefined) return null;
    return `"start", then "${endOf(run, declared)}" to the address of ${declared.ping.urlFile}`;
  },
  prove({ ping: declared }, files) {
    if (declared !== undefined) readUrlFile(files, declared.urlFile);
  },
  // the run is worth more than the news that it begins
  begin: (declared, doors) => signal('start', '', declared, doors, 1),
  deliver: (run, declared, doors) => signal(endOf(run, declared), messageOf(run, 'always') ?? '', declared, doors),
};

function endOf({ reports, failures }: DeliveredRun, { ping: declared }: DeliveryDeclared): Signal {
  const least = declared?.failOn;
  const open = reports.flatMap(({ findings }) => findings).filter((one) => least !== undefined && reaches(one, least));
  return failures.length > 0 || open.length > 0 ? 'fail' : 'ok';
}

async function signal(
  what: Signal,
  text: string,
  { ping: declared }: DeliveryDeclared,
  doors: DeliveryDoors,
  attempts?: number,
): Promise<void> {
  if (declared === undefined) return;
  const addresses = readUrlFile(doors.files, declared.urlFile);
  const base = addresses.get('')?.replace(/\/+$/, '');
  const url = addresses.get(what) ?? (base === undefined ? undefined : what === 'ok' ? base : `${base}/${what}`);
  if (url === undefined) return;
  const posts = await doors.posts();
  await posts.post({
    url,
    title: 'ping',
    contentType: 'text/plain; charset=utf-8',
    // healthchecks.io keeps the first 100 kB, others less
    body: new TextEncoder().encode(text.slice(0, 8000)),
    ...(attempts === undefined ? {} : { attempts }),
  });
}
