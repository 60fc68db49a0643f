import { networkResolver } from '../../../facts/network/resolver.ts';
import type { BaselineEntry } from '../entry.ts';
import { numbered } from '../numbered.ts';
import { defineSection } from '../section.ts';

export const resolverSection = defineSection({
  id: 'resolver',
  title: 'files that decide where names lead to',
  needs: { files: networkResolver },
  entries: ({ files }) =>
    files.flatMap(({ path, link, lines, sha256 }): readonly BaselineEntry[] => {
      const keys = numbered((lines ?? []).map(({ text }) => `${path}: ${text}`));
      return [
        { key: path, value: link === null ? 'a file' : `a link to ${link}`, file: path },
        ...(sha256 === null
          ? []
          : [{ key: `content of ${path}`, value: `sha256 ${sha256}`, file: path, within: path }]),
        ...(lines ?? []).map(({ line }, index) => ({
          key: keys[index] ?? '',
          value: '',
          file: `${path}:${line}`,
          within: path,
        })),
        // the first name server that answers, and the first line that names a host, win
        { key: `order in ${path}`, value: keys, file: path, within: path },
      ];
    }),
});
