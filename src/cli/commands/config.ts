import type { Config } from '../../config/schema.ts';
import { read } from '../arguments.ts';
import type { Define } from '../command.ts';

export const defineConfig: Define = (command, bind) => {
  command.addHelpText(
    'after',
    `
Examples:
  valops config check                           the valops.yaml of this directory
  valops config schema > valops.schema.json     then, as the first line of valops.yaml:
                                                # yaml-language-server: $schema=valops.schema.json`,
  );
  const check = command
    .command('check')
    .description('read valops.yaml and say that it is valid, or every fault with its line; no host is asked')
    .option('--config <FILE>', 'configuration (default: valops.yaml here, or VALOPS_CONFIG)')
    .option('--json', 'print one JSON document');
  bind(check, async ({ options, context: open }) => {
    const { configPath, loadConfig } = await import('../../config/valops-yaml.ts');
    const { resolveSshPolicy } = await import('../../policy/ssh/policy.ts');
    const { files } = await open();
    const given = read(options).text('config') ?? process.env['VALOPS_CONFIG'];
    const path = configPath({ path: given, directory: '.' });
    // named, so that an absent file is none that is valid
    const config = loadConfig(files, { path, directory: '.' });
    const { name } = resolveSshPolicy(config.ssh);
    return {
      document: { schema: 'valops/config-check/1', path, valid: true, hosts: Object.keys(config.hosts), profile: name },
      text: () => `"${path}" is valid: ${summaryOf(config, name)}\n`,
    };
  });

  const schema = command
    .command('schema')
    .description('print the JSON Schema of valops.yaml, by which editors complete and check it')
    .option('--json', 'print one JSON document');
  bind(schema, async () => {
    const { configJsonSchema } = await import('../../config/json-schema.ts');
    const jsonSchema = configJsonSchema();
    return {
      document: { schema: 'valops/config-schema/1', jsonSchema },
      text: () => `${JSON.stringify(jsonSchema, undefined, 2)}\n`,
    };
  });
};

function summaryOf({ hosts, firewall }: Config, profile: string): string {
  const count = Object.keys(hosts).length;
  const groups = new Set(Object.values(hosts).flatMap((host) => host.groups ?? [])).size;
  const declared = firewall === undefined ? 'no firewall declared' : 'a firewall';
  return `${plural(count, 'host')} in ${plural(groups, 'group')}, SSH profile ${profile}, ${declared}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
