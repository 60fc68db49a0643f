import type { Check } from '../../check.ts';
import { controlPortsNotExposed } from './control-ports-not-exposed.ts';
import { martiansLogged } from './martians-logged.ts';
import { metricsNotExposed } from './metrics-not-exposed.ts';
import { namesNotOverridden } from './names-not-overridden.ts';
import { noRedirects } from './no-redirects.ts';
import { noRouterAdvertisements } from './no-router-advertisements.ts';
import { noSniffers } from './no-sniffers.ts';
import { noSourceRoutes } from './no-source-routes.ts';
import { noWireless } from './no-wireless.ts';
import { reversePath } from './reverse-path.ts';
import { robustStack } from './robust-stack.ts';
import { rpcNotExposed } from './rpc-not-exposed.ts';
import { sendsNoRedirects } from './sends-no-redirects.ts';

export const networkChecks: readonly Check[] = [
  controlPortsNotExposed,
  martiansLogged,
  metricsNotExposed,
  namesNotOverridden,
  noRedirects,
  noRouterAdvertisements,
  noSniffers,
  noSourceRoutes,
  noWireless,
  reversePath,
  robustStack,
  rpcNotExposed,
  sendsNoRedirects,
];
