import * as z from 'zod/mini';
import { members } from './members.ts';
import { configSchema } from './schema.ts';

/** A JSON Schema (draft 2020-12) as data. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The schema of `valops.yaml` for editors: what may be written, before defaults are filled in. It
 * accepts everything that valops accepts; what only a program can judge (networks, names that clash)
 * it does not refuse.
 */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, { io: 'input' });
  return described({ title: 'valops.yaml', ...schema }, []);
}

/** A member of a map of names has the name `NAME` in paths. */
function described(schema: JsonSchema, path: readonly string[]): JsonSchema {
  const { properties, additionalProperties: each } = schema;
  const description = members[path.join('.')];
  return {
    ...(description === undefined ? {} : { description }),
    ...schema,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, member]) => [name, below(member, [...path, name])]),
          ),
        }),
    ...(typeof each === 'object' ? { additionalProperties: described(each, [...path, 'NAME']) } : {}),
  };
}

function below(member: z.core.JSONSchema._JSONSchema, path: readonly string[]): z.core.JSONSchema._JSONSchema {
  return typeof member === 'boolean' ? member : described(member, path);
}
