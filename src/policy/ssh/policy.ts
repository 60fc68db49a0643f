import { ValopsError } from '../../lib/errors.ts';
import { additive, canonical } from './canonical.ts';
import { sshProfiles } from './registry.ts';
import type { SshProfile, SshSetting } from './setting.ts';

/** The `ssh` part of `valops.yaml`. */
export interface SshDeclared {
  readonly profile?: string | undefined;
  readonly port?: number | undefined;
  readonly allowUsers?: readonly string[] | undefined;
  readonly override: Readonly<Record<string, string | number | boolean>>;
}

/** A profile as it counts for one host: its values, those declared in their place, and the port. */
export interface SshPolicy extends SshProfile {
  /** Undefined: the port stays what it is. */
  readonly port: number | undefined;
}

const source = 'valops.yaml';

/**
 * Puts the declared values over those of the profile (`--profile`, else that of `valops.yaml`, else
 * the default). Throws USAGE for a profile that does not exist, CONFIG_INVALID for an override which
 * cannot be judged or that has a key of its own.
 */
export function resolveSshPolicy(declared: SshDeclared, profileName?: string): SshPolicy {
  const name = profileName ?? declared.profile ?? sshProfiles[0]?.name;
  const profile = sshProfiles.find((one) => one.name === name);
  if (profile === undefined) {
    throw new ValopsError(profileName === undefined ? 'CONFIG_INVALID' : 'USAGE', `there is no profile "${name}"`, {
      hint: `Profiles: ${sshProfiles.map((one) => one.name).join(', ')}.`,
    });
  }
  const own = Object.entries(declared.override).map(([directive, value]) => overriding(directive, value, profile));
  const users = declared.allowUsers === undefined ? [] : [allowing(declared.allowUsers)];
  const replaced = new Set([...own, ...users].map(({ directive }) => directive.toLowerCase()));
  return {
    ...profile,
    settings: [...profile.settings.filter(({ directive }) => !replaced.has(directive.toLowerCase())), ...users, ...own],
    port: declared.port,
  };
}

function allowing(values: readonly string[]): SshSetting {
  const reason = 'only those who are named may log in';
  return { directive: 'AllowUsers', wanted: { kind: 'set', values }, reason, sources: [source] };
}

function overriding(directive: string, given: string | number | boolean, profile: SshProfile): SshSetting {
  const keyword = directive.toLowerCase();
  const fail = (problem: string, hint: string): ValopsError =>
    new ValopsError('CONFIG_INVALID', `ssh.override.${directive}: ${problem}`, { hint });
  const value = canonical(directive, String(given));
  if (/[\n\r\0]/.test(String(given)) || value === '') throw fail('the value is not one line', 'Give one value.');
  const keys: Readonly<Record<string, string>> = { port: 'ssh.port', allowusers: 'ssh.allowUsers' };
  const key = keys[keyword];
  if (key !== undefined) throw fail(`is declared by ${key}`, `Use ${key} instead.`);
  if (['match', 'include', 'listenaddress', 'hostkey', 'subsystem', 'acceptenv'].includes(keyword)) {
    throw fail('cannot be declared', 'Write it into a file of its own in /etc/ssh/sshd_config.d.');
  }
  if (/^[+^-]/.test(value)) {
    throw fail(`"${value}" changes a list that differs between versions`, 'Give the whole list.');
  }
  const known = profile.settings.find((one) => one.directive.toLowerCase() === keyword);
  return {
    directive: known?.directive ?? directive,
    wanted: additive.has(keyword)
      ? { kind: 'set', values: value.split(' ') }
      : { kind: 'word', write: value, accept: [value] },
    reason: known === undefined ? 'declared' : 'declared in place of what the profile wants',
    sources: [source],
  };
}
