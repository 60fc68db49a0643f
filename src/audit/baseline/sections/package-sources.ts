import { packageSources } from '../../../facts/packages/sources.ts';
import type { BaselineEntry } from '../entry.ts';
import { defineSection } from '../section.ts';

export const packageSourcesSection = defineSection({
  id: 'package-sources',
  title: 'package sources and the keys that vouch for them',
  needs: { packages: packageSources },
  entries: ({ packages }) => [
    ...packages.sources.map(
      ({ file, line, enabled, type, uri, suite, components, signedBy, options }): BaselineEntry => ({
        key: `${type} ${uri} ${suite} in ${file}`,
        value: [
          enabled ? components.join(' ') || 'no components' : 'disabled',
          `signed by ${signedBy.join(' ') || 'any key apt trusts'}`,
          ...Object.entries(options)
            .map(([name, value]) => `${name}=${value}`)
            .toSorted(),
        ].join(', '),
        file: `${file}:${line}`,
      }),
    ),
    ...packages.unreadable.map((place): BaselineEntry => ({
      key: `unreadable line in ${place.replace(/:\d+$/, '')}`,
      value: '',
      file: place,
    })),
    ...packages.globalKeys.map(({ path, packaged }): BaselineEntry => ({
      key: `key for every source: ${path}`,
      value: packaged ? 'of a package' : 'of no package',
      file: path,
    })),
  ],
});
