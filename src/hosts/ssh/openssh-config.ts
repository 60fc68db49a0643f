import { parse } from 'ssh-config';

/** What the operator's OpenSSH configuration says about a host. */
export interface OpensshHost {
  readonly address: string | undefined;
  readonly user: string | undefined;
  readonly port: number | undefined;
  readonly keys: readonly string[];
  readonly identitiesOnly: boolean;
  readonly hostKeyAlias: string | undefined;
  /** Value of ProxyJump. */
  readonly jump: string | undefined;
  /** The directive which only the OpenSSH client follows, if there is one. */
  readonly needsOpenssh: string | undefined;
}

/** The configuration, to be asked about hosts. */
export interface OpensshConfig {
  /** By the name the operator gave, and the user where one was given. */
  lookup(name: string, user: string | undefined): OpensshHost;
}

/** Directives by which a host cannot be reached, or not rightly, when they are ignored. */
const beyondUs = [
  'ProxyCommand',
  'CertificateFile',
  'PKCS11Provider',
  'SecurityKeyProvider',
  'KnownHostsCommand',
  'IdentityAgent',
  'BindAddress',
  'BindInterface',
  'Include',
] as const;

/** What ssh-config would answer by running a program: left out before it sees the text, and reported. */
const running = /^\s*(match\b.*\bexec\b.*|canonicalizehostname[\s=]+(?:yes|always).*|canonicaldomains[\s=].*)$/gim;

/** Reads ssh_config(5): HostName, User, Port, IdentityFile, IdentitiesOnly, HostKeyAlias and ProxyJump. */
export function parseOpensshConfig(text: string): OpensshConfig {
  const refused = [...text.matchAll(running)].map((match) => match[1]?.split(/[\s=]/)[0]);
  // a block that is not judged here applies to nobody here
  const config = parse(text.replaceAll(running, (line) => (/^\s*match/i.test(line) ? 'Host !*' : '')));
  return {
    lookup(name, user) {
      const found = lowerCased(
        config.compute(
          { Host: name, ...(user === undefined ? {} : { User: user }) },
          { matchExec: false, ignoreCase: true },
        ),
      );
      const values = (directive: string): readonly string[] => found[directive.toLowerCase()] ?? [];
      const value = (directive: string): string | undefined => values(directive)[0];
      const proxy = value('ProxyJump');
      const port = Number(value('Port') ?? '');
      return {
        address: value('HostName')?.replaceAll('%h', name),
        user: value('User'),
        port: Number.isInteger(port) && port > 0 ? port : undefined,
        keys: values('IdentityFile').filter((file) => file !== 'none'),
        identitiesOnly: value('IdentitiesOnly')?.toLowerCase() === 'yes',
        hostKeyAlias: value('HostKeyAlias'),
        jump: proxy?.toLowerCase() === 'none' ? undefined : proxy,
        needsOpenssh:
          beyondUs.find((directive) => !['none', undefined].includes(value(directive)?.toLowerCase())) ?? refused[0],
      };
    },
  };
}

/** Directives know no case. The first value of each is the one that counts. */
function lowerCased(computed: Readonly<Record<string, string | readonly string[]>>): Record<string, readonly string[]> {
  const found: Record<string, readonly string[]> = Object.create(null) as Record<string, readonly string[]>;
  for (const [directive, value] of Object.entries(computed)) found[directive.toLowerCase()] ??= [value].flat();
  return found;
}
