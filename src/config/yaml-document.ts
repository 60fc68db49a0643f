import { ValopsError } from '../lib/errors.ts';
import { nestingDepth } from './depth.ts';
import { LineCounter, parseDocument } from './yaml.ts';

const depthLimit = 64;

/** The value of a YAML or JSON text that is no `valops.yaml`. Throws CONFIG_INVALID with line and column. */
export function parseYaml(text: string, path: string): unknown {
  // yaml can abort the whole process on deep nesting (Node 20), so nothing deep ever gets there
  if (nestingDepth(text) > depthLimit) throw invalid(path, `nested more than ${depthLimit} levels deep`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, version: '1.2' });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw invalid(path, `${line}:${col}: ${error.message}`);
  }
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause));
  }
}

function invalid(path: string, fault: string): ValopsError {
  return new ValopsError('CONFIG_INVALID', `"${path}" is not valid: ${fault}`, {
    hint: 'Correct it; lines and columns are counted from 1.',
  });
}
