import type { Question } from '../core/fact.ts';
import { firewallBoot } from '../facts/firewall/boot.ts';
import { firewallDocker } from '../facts/firewall/docker.ts';
import { firewallIptables } from '../facts/firewall/iptables.ts';
import { firewallSysctl } from '../facts/firewall/sysctl.ts';
import { firewallUfw } from '../facts/firewall/ufw.ts';
import { firewallValops } from '../facts/firewall/valops.ts';
import { listeningSockets } from '../facts/listening/sockets.ts';
import { sshEffective } from '../facts/ssh/effective.ts';
import { sshUnit } from '../facts/ssh/unit.ts';
import { systemAddresses } from '../facts/system/addresses.ts';
import { firewallNft } from '../facts/firewall/nft.ts';

/** Everything the firewall is planned, checked and explained from. */
export const firewallQuestions: readonly Question<unknown>[] = [
  firewallNft,
  firewallUfw,
  firewallIptables,
  firewallBoot,
  firewallValops,
  firewallDocker,
  firewallSysctl,
  listeningSockets,
  sshUnit,
  sshEffective,
  systemAddresses,
];

/** Without these nothing is planned; a plan is stale when one of the first four differs. */
export const neededFacts = [
  firewallNft,
  firewallUfw,
  firewallIptables,
  firewallBoot,
  firewallValops,
  listeningSockets,
] as const;
