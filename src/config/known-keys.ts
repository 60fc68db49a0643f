import { configSchema } from './schema.ts';

/** The part of a zod definition that leads from a schema to its members. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly innerType?: Schema;
  readonly valueType?: Schema;
  readonly element?: Schema;
}
interface Schema {
  readonly _zod: { readonly def: unknown };
}

/** The keys that `valops.yaml` may hold at a path; empty where there are none. */
export function knownKeys(path: readonly string[]): readonly string[] {
  let schema: Schema | undefined = unwrap(configSchema);
  for (const step of path) {
    const { shape, valueType, element }: Definition = definition(schema);
    schema = unwrap(shape?.[step] ?? valueType ?? element);
  }
  return Object.keys(definition(schema).shape ?? {});
}

function definition(schema: Schema | undefined): Definition {
  return schema === undefined ? { type: 'none' } : (schema._zod.def as Definition);
}

function unwrap(schema: Schema | undefined): Schema | undefined {
  const inner = definition(schema).innerType;
  return inner === undefined ? schema : unwrap(inner);
}
