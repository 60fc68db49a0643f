import SSHConfig from 'ssh-config';

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
  'BindAddress',
  'BindInterface',
] as const;

/** Reads ssh_config(5): HostName, User, Port, IdentityFile, IdentitiesOnly and ProxyJump. */
export function parseOpensshConfig(text: string): OpensshConfig {
  const config = SSHConfig.parse(text);
  return {
    lookup(name, user) {
      const found = config.compute(
        { Host: name, ...(user === undefined ? {} : { User: user }) },
        // Match exec would run a command of the file
        { ignoreCase: true, matchExec: false },
      );
      const value = (directive: string): string | undefined => {
        const one = found[directive.toLowerCase()] ?? found[directive];
        return Array.isArray(one) ? one[0] : one;
      };
      const proxy = value('ProxyJump');
      const keys = found['identityfile'] ?? found['IdentityFile'] ?? [];
      const port = Number(value('Port') ?? '');
      return {
        address: value('HostName')?.replaceAll('%h', name),
        user: value('User'),
        port: Number.isInteger(port) && port > 0 ? port : undefined,
        keys: Array.isArray(keys) ? keys : [keys],
        identitiesOnly: value('IdentitiesOnly')?.toLowerCase() === 'yes',
        hostKeyAlias: value('HostKeyAlias'),
        jump: proxy?.toLowerCase() === 'none' ? undefined : proxy,
        needsOpenssh: beyondUs.find((directive) => !['none', undefined].includes(value(directive)?.toLowerCase())),
      };
    },
  };
}
