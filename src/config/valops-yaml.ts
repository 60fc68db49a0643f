import { join } from 'node:path';
import type { Files } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import { describeIssue } from './describe-issue.ts';
import { nestingDepth } from './depth.ts';
import { knownKeys } from './known-keys.ts';
import { nearest } from './nearest.ts';
import { configSchema, type Config } from './schema.ts';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from './yaml.ts';

/** Where to look for the configuration. */
export interface ConfigSource {
  /** `--config`, or VALOPS_CONFIG: must exist. */
  readonly path: string | undefined;
  /** Where `valops.yaml` is looked for otherwise. */
  readonly directory: string;
}

const sizeLimit = 1024 * 1024;
const depthLimit = 64;

/**
 * Loads `valops.yaml`; an absent file is an empty configuration. Throws CONFIG_INVALID with every
 * fault and its line and column at once, and FILE_NOT_FOUND for a named file that does not exist.
 */
export function loadConfig(files: Files, source: ConfigSource): Config {
  const path = configPath(source);
  if (source.path === undefined && files.stat(path) === null) return parseConfig('', path);
  const bytes = files.read(path, sizeLimit);
  return parseConfig(new TextDecoder('utf-8').decode(bytes), path);
}

/** The file that is read, or would be if it were there. */
export function configPath({ path, directory }: ConfigSource): string {
  return path ?? join(directory, 'valops.yaml');
}

/** Parses the text of a `valops.yaml`; `path` is named in errors. Throws CONFIG_INVALID. */
export function parseConfig(text: string, path: string): Config {
  // yaml can abort the whole process on deep nesting (Node 20), so nothing deep ever gets there
  if (nestingDepth(text) > depthLimit) throw invalid(path, [`nested more than ${depthLimit} levels deep`]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, version: '1.2' });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw invalid(
      path,
      document.errors.map((error) => `${place(error.pos[0])}: ${error.message}`),
    );
  }
  const result = configSchema.safeParse(valueOf(document, path));
  if (result.success) {
    const clashes = clashingNames(result.data);
    if (clashes.length === 0) return result.data;
    throw invalid(
      path,
      clashes.map((name) => `${place(keyOffset(document, ['hosts'], name))}: "${name}" is a host and a group`),
    );
  }
  const faults = result.error.issues.flatMap((issue): readonly string[] => {
    const at = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') {
      const missing = document.getIn(indexed(at), true) === undefined;
      const what = missing ? 'is missing' : describeIssue(issue);
      return [`${place(offsetOf(document, at))}: ${at.join('.') || 'the document'}: ${what}`];
    }
    const known = knownKeys(at);
    return issue.keys.map((key) => {
      const meant = nearest(key, known);
      const suggestion = meant === undefined ? `known: ${known.join(', ')}` : `did you mean "${meant}"?`;
      const name = [...at, key.length > 60 ? `${key.slice(0, 60)}…` : key].join('.');
      return `${place(keyOffset(document, at, key))}: unknown key "${name}"; ${suggestion}`;
    });
  });
  throw invalid(path, faults);
}

function valueOf(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    // aliases without an anchor, or too many of them
    throw invalid(path, [error instanceof Error ? error.message : String(error)]);
  }
}

/** `--host NAME` must have one meaning. */
function clashingNames({ hosts }: Config): readonly string[] {
  const groups = new Set(Object.values(hosts).flatMap((host) => host.groups ?? []));
  return Object.keys(hosts).filter((name) => groups.has(name));
}

type Path = readonly (string | number)[];

/** Offset of the node at a path, or of the innermost one above it that is written down. */
function offsetOf(document: Document, path: readonly string[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(indexed(path.slice(0, length)), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function keyOffset(document: Document, path: readonly string[], key: string): number {
  const map = path.length === 0 ? document.contents : document.getIn(indexed(path), true);
  const pair = isMap(map) ? map.items.find((one) => isScalar(one.key) && String(one.key.value) === key) : undefined;
  return isScalar(pair?.key) && pair.key.range ? pair.key.range[0] : offsetOf(document, path);
}

/** Lists are indexed by number. */
function indexed(path: readonly string[]): Path {
  return path.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function invalid(path: string, faults: readonly string[]): ValopsError {
  return new ValopsError(
    'CONFIG_INVALID',
    `"${path}" is not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    {
      hint: 'Correct it; lines and columns are counted from 1.',
    },
  );
}
