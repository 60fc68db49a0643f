import type { Question } from '../../core/fact.ts';
import { partFunctions, readParts } from '../parts.ts';
import { askForUnits, readUnits, type SystemdUnit } from '../systemd-units.ts';

/** Where the firewall of valops is kept for the next boot. */
export interface ValopsFirewall {
  /** `valops-firewall.service`; null where there is none, or no systemd. */
  readonly unit: SystemdUnit | null;
  readonly systemd: boolean;
  /** Text of the unit file; null when there is none. */
  readonly unitText: string | null;
  /** Text of /etc/valops-firewall.nft; null when there is none. */
  readonly rules: string | null;
}

/** Our own boot-time ruleset and what would load it. */
export const firewallValops: Question<ValopsFirewall> = {
  id: 'firewall.valops',
  family: 'firewall',
  title: "valops' own ruleset for the next boot, and its unit",
  script: () => `${partFunctions}${askForUnits(['valops-firewall.service'])}
file /etc/valops-firewall.nft
file /etc/systemd/system/valops-firewall.service`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const units = readUnits(parts);
    const text = (path: string): string | null => {
      const part = parts.get(`text ${path}`);
      if (part === undefined) return null;
      if (part.status !== 0) throw new Error(`"${path}" could not be read`);
      return part.exact;
    };
    return {
      unit: units?.find(({ load }) => load !== 'not-found') ?? null,
      systemd: units !== null,
      unitText: text('/etc/systemd/system/valops-firewall.service'),
      rules: text('/etc/valops-firewall.nft'),
    };
  },
};
