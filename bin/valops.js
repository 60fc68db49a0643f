#!/usr/bin/env node
'use strict';
// CommonJS on purpose: Node's module loader for ES modules would cost a third of the start-up time.
try {
  require('../dist/start.js').start();
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  process.stderr.write('valops: not built yet\nvalops: hint: npm ci --ignore-scripts && npm run build\n');
  process.exitCode = 1;
}
