// The one door to yaml. Named re-exports: loaded dynamically, a CommonJS package would yield `default` alone.
export { isMap, isNode, isScalar, Lexer, LineCounter, parseDocument } from 'yaml';
export type { Document } from 'yaml';
