import type { Question } from '../../core/fact.ts';
import { partFunctions, readParts, type Parts } from '../parts.ts';
import { readUfwRules, type UfwRule } from '../ufw-rules.ts';

export interface Ufw {
  /** What `ufw status` says: whether its rules run now. */
  readonly active: boolean;
  /** `ENABLED=yes` in /etc/ufw/ufw.conf: whether they would run after a boot. */
  readonly enabled: boolean;
  /** Policies of /etc/default/ufw: `accept`, `drop` or `reject`. */
  readonly defaults: { readonly input: string; readonly output: string; readonly forward: string };
  readonly ipv6: boolean;
  /** For example `low`, `off`. */
  readonly logging: string;
  readonly rules: readonly UfwRule[];
  readonly rules6: readonly UfwRule[];
  /** What `ufw status verbose` printed. */
  readonly status: string;
  /** Contents of the files it keeps its state in, by path. */
  readonly files: Readonly<Record<string, string>>;
}

const kept = [
  '/etc/default/ufw',
  '/etc/ufw/ufw.conf',
  '/etc/ufw/user.rules',
  '/etc/ufw/user6.rules',
  '/etc/ufw/before.rules',
  '/etc/ufw/before6.rules',
  '/etc/ufw/after.rules',
  '/etc/ufw/after6.rules',
  '/etc/ufw/sysctl.conf',
] as const;

/** ufw, as it runs and as it would after a boot. Null where it is not installed. */
export const firewallUfw: Question<Ufw | null> = {
  id: 'firewall.ufw',
  family: 'firewall',
  title: 'ufw: status, defaults, rules',
  script: () => `${partFunctions}
command -v ufw >/dev/null || { part absent true; exit 0; }
part status ufw status verbose
for path in ${kept.join(' ')}; do file "$path"; done`,
  privileged: true,
  timeout: 20,
  parse: ({ stdout, stderr }) => {
    const parts = readParts(stdout);
    if (parts.has('absent')) return null;
    const status = parts.get('status');
    const active = /^Status: (active|inactive)$/m.exec(status?.text ?? '');
    if (status?.status !== 0 || active === null) throw new Error(`ufw told no status: ${stderr.trim()}`);
    const files = Object.fromEntries(
      kept.flatMap((path): [string, string][] => {
        const part = parts.get(`text ${path}`);
        return part === undefined || part.status !== 0 ? [] : [[path, part.exact]];
      }),
    );
    const setting = settingIn(parts);
    return {
      active: active[1] === 'active',
      enabled: setting('/etc/ufw/ufw.conf', 'ENABLED') === 'yes',
      defaults: {
        input: setting('/etc/default/ufw', 'DEFAULT_INPUT_POLICY'),
        output: setting('/etc/default/ufw', 'DEFAULT_OUTPUT_POLICY'),
        forward: setting('/etc/default/ufw', 'DEFAULT_FORWARD_POLICY'),
      },
      ipv6: setting('/etc/default/ufw', 'IPV6') === 'yes',
      logging: setting('/etc/ufw/ufw.conf', 'LOGLEVEL'),
      rules: readUfwRules(files['/etc/ufw/user.rules'] ?? ''),
      rules6: readUfwRules(files['/etc/ufw/user6.rules'] ?? ''),
      status: status.exact,
      files,
    };
  },
};

/** Reads `NAME=value` of a file as ufw does: in lower case, quotes off; empty when it is not set. */
function settingIn(parts: Parts): (path: string, name: string) => string {
  return (path, name) => {
    const text = parts.get(`text ${path}`)?.text ?? '';
    const value = new RegExp(`^\\s*${name}\\s*=\\s*(["']?)(.*?)\\1\\s*$`, 'm').exec(text)?.[2] ?? '';
    return value.toLowerCase();
  };
}
