import { ping } from './ping.ts';
import type { DeliveryWay } from './run.ts';
import { textfile } from './textfile.ts';
import { webhook } from './webhook.ts';

/** Every way, in the order in which they are gone: what is on this machine first. */
export const deliveryWays: readonly DeliveryWay[] = [textfile, webhook, ping];
