import { configSchema } from './schema.ts';

/** The part of a zod definition that leads from a schema to its members. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly innerType?: Schema;
  readonly valueType?: Schema;
  readonly element?: Schema;
  /** Of a union; its alternatives share one name space here. */
  readonly options?: readonly Schema[];
}
interface Schema {
  readonly _zod: { readonly def: unknown };
}

/** The keys that `valops.yaml` may hold at a path; empty where there are none. */
export function knownKeys(path: readonly string[]): readonly string[] {
  let schemas = alternatives(configSchema);
  for (const step of path) {
    schemas = schemas.flatMap((schema) => {
      const { shape, valueType, element } = definition(schema);
      return alternatives(shape?.[step] ?? valueType ?? element);
    });
  }
  return [...new Set(schemas.flatMap((schema) => Object.keys(definition(schema).shape ?? {})))];
}

function definition(schema: Schema): Definition {
  return schema._zod.def as Definition;
}

/** What may stand in a place: the schema without its wrappers, or each member of a union. */
function alternatives(schema: Schema | undefined): readonly Schema[] {
  if (schema === undefined) return [];
  const { innerType, options } = definition(schema);
  if (innerType !== undefined) return alternatives(innerType);
  return options === undefined ? [schema] : options.flatMap(alternatives);
}
