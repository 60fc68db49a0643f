import { filesystemCapabilities } from '../../../facts/filesystem/capabilities.ts';
import { filesystemSetuid } from '../../../facts/filesystem/setuid.ts';
import type { BaselineEntry } from '../entry.ts';
import { describeFile } from '../place-entries.ts';
import { defineSection } from '../section.ts';

export const privilegedFilesSection = defineSection({
  id: 'privileged-files',
  title: 'setuid and setgid files, and files with capabilities',
  needs: { setuid: filesystemSetuid, capable: filesystemCapabilities },
  entries: ({ setuid, capable }) => [
    ...setuid.map((file): BaselineEntry => ({ key: file.path, value: describeFile(file), file: file.path })),
    ...capable.map(({ capabilities, ...file }): BaselineEntry => ({
      key: `capabilities of ${file.path}`,
      value: `${capabilities}, ${describeFile(file)}`,
      file: file.path,
    })),
  ],
});
