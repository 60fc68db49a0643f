import { networkResolver } from '../../../facts/network/resolver.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

/** Where software, lists of packages and the chain come from: names and what ends in them. */
const sources = [
  'debian.org',
  'ubuntu.com',
  'github.com',
  'githubusercontent.com',
  'ghcr.io',
  'docker.com',
  'docker.io',
  'npmjs.org',
  'crates.io',
  'rust-lang.org',
  'golang.org',
  'pypi.org',
  'pythonhosted.org',
  'anza.xyz',
  'solana.com',
  'sigstore.dev',
  'letsencrypt.org',
];

export const namesNotOverridden = defineCheck({
  id: 'network.names-not-overridden',
  title: 'no source of software is led elsewhere by /etc/hosts',
  why: 'One line there sends downloads and updates to a machine of somebody else, past every name server.',
  severity: 'high',
  cadence: 'weekly',
  expectations: ofBoth('no line for a source of software', 'hosts(5)'),
  remediation: 'Take that line out of /etc/hosts, and see who wrote it: stat /etc/hosts; journalctl',
  needs: { files: networkResolver },
  evaluate: ({ files }, _policy, { name: host }) => {
    const hosts = files.find(({ path }) => path === '/etc/hosts');
    if (hosts === undefined) return [{ status: 'pass', subject: host, actual: '/etc/hosts is not there' }];
    if (hosts.lines === null)
      return [{ status: 'unknown', subject: '/etc/hosts', evidence: 'it is longer than 256 KiB' }];
    const judged = hosts.lines.flatMap(({ line, text }): readonly Judgement[] => {
      const [address = '', ...names] = text.split(' ');
      return names
        .filter((name) => sources.some((source) => `.${name.toLowerCase()}`.endsWith(`.${source}`)))
        .map((name) => ({
          status: 'fail',
          subject: name,
          expected: 'not in /etc/hosts',
          actual: address,
          file: `/etc/hosts:${line}`,
        }));
    });
    return judged.length > 0
      ? judged
      : [
          {
            status: 'pass',
            subject: '/etc/hosts',
            actual: `${hosts.lines.length} lines, none for a source of software`,
          },
        ];
  },
});
