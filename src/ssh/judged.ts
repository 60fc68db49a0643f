import type { SshdDirective } from '../facts/sshd-config.ts';
import type { SshdSettings } from '../facts/sshd-settings.ts';
import { additive, canonical } from '../policy/ssh/canonical.ts';
import { isWithin } from '../policy/ssh/judge.ts';
import type { SshPolicy } from '../policy/ssh/policy.ts';
import type { SshSetting } from '../policy/ssh/setting.ts';
import { dropInPath } from './own-files.ts';
import type { SshState } from './state.ts';
import { wantedPorts } from './ports.ts';

/** One setting of the policy against the effective configuration of a host. */
export interface Judged {
  readonly setting: SshSetting;
  /** As `sshd -T` has it, blanks between several values; null when sshd has no such directive. */
  readonly effective: string | null;
  /** Line that sets the effective value; null when it is OpenSSH's default. */
  readonly origin: SshdDirective | null;
  readonly within: boolean;
  /** Why it does not count here, for example that this OpenSSH has no such directive. */
  readonly inapplicable: string | null;
  /** Values to write, one line each: the effective ones as long as they are within. */
  readonly write: readonly string[];
}

type Facts = Pick<SshState, 'version' | 'effective' | 'files' | 'algorithms' | 'login'>;

/** Judges every setting of the policy by what sshd would do, not by what stands in files. */
export function judgeSettings(policy: SshPolicy, facts: Facts): readonly Judged[] {
  const ports = wantedPorts(policy.port, facts.login);
  return [...policy.settings, ...(ports === null ? [] : [portSetting(ports)])].map((setting) => judge(setting, facts));
}

function portSetting(ports: readonly number[]): SshSetting {
  const reason =
    ports.length > 1 ? 'declared; the port of this login stays until one comes by the new one' : 'declared';
  return { directive: 'Port', wanted: { kind: 'set', values: ports.map(String) }, reason, sources: ['valops.yaml'] };
}

function judge(setting: SshSetting, facts: Facts): Judged {
  const { directive, since } = setting;
  const keyword = directive.toLowerCase();
  const settings = withFiles(facts, keyword);
  const values = settings[keyword];
  const origin = facts.files.directives.find((one) => one.keyword === keyword && one.match.length === 0) ?? null;
  const common = { setting, effective: values?.join(' ') ?? null, origin };
  const { major, minor } = facts.version;
  if (since !== undefined && (major < since[0] || (major === since[0] && minor < since[1]))) {
    return { ...common, within: true, inapplicable: `OpenSSH ${major}.${minor} has no ${directive}`, write: [] };
  }
  const declared = setting.sources.includes('valops.yaml');
  if (values === undefined && !declared && !additive.has(keyword) && setting.wanted.kind !== 'not') {
    return { ...common, within: true, inapplicable: `this sshd has no ${directive}`, write: [] };
  }
  const within = isWithin(setting, settings);
  return { ...common, within, inapplicable: null, write: toWrite(setting, within ? values : undefined, facts) };
}

/** `sshd -T` leaves out what is not set: there the files tell. */
function withFiles({ effective, files }: Facts, keyword: string): SshdSettings {
  if (effective[keyword] !== undefined) return effective;
  const first = files.directives.find((one) => one.keyword === keyword && one.match.length === 0);
  return first === undefined ? effective : { ...effective, [keyword]: [first.arguments.join(' ')] };
}

/** What is within stays: writing the policy's own value could loosen it. */
function toWrite(
  { directive, wanted }: SshSetting,
  kept: readonly string[] | undefined,
  facts: Facts,
): readonly string[] {
  if (wanted.kind === 'any-of') return [];
  if (wanted.kind === 'set') {
    // lines add up: what other files say already is not said again
    const keyword = directive.toLowerCase();
    const ours = facts.files.directives.some((one) => one.file === dropInPath && one.keyword === keyword);
    if (kept !== undefined && !ours) return [];
    return directive === 'Port' ? wanted.values : [wanted.values.join(' ')];
  }
  const [first] = kept ?? [];
  if (first !== undefined) return [readable(canonical(directive, first))];
  switch (wanted.kind) {
    case 'word':
    case 'not':
      return [wanted.write];
    case 'number':
      return [String(wanted.write)];
    case 'startups':
      return [wanted.most.join(':')];
    case 'names':
      return [known(directive, wanted.names, facts).join(',')];
  }
}

/** Of the names those which this OpenSSH can be told, in the same order. */
function known(directive: string, names: readonly string[], { algorithms }: Facts): readonly string[] {
  const lists: Readonly<Record<string, readonly string[]>> = {
    kexalgorithms: algorithms.kex,
    ciphers: algorithms.cipher,
    macs: algorithms.mac,
    hostkeyalgorithms: algorithms.HostKeyAlgorithms,
  };
  const list = lists[directive.toLowerCase()] ?? algorithms.PubkeyAcceptedAlgorithms;
  return names.filter((name) => list.includes(name));
}

/** The spelling of sshd_config(5) where `sshd -T` has an older one. */
function readable(value: string): string {
  return value === 'without-password' ? 'prohibit-password' : value;
}
