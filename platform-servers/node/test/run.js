#!/usr/bin/env node
// Runs the SDK's tests: `node test/run.js [--packages DIR]`. Exit status 77:
// the packages are not there.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { loadExpressions } from '../lib/loader.js';

const folder = path.dirname(fileURLToPath(import.meta.url));
const [word, packages = 'build/node'] = process.argv.slice(2);

if (word !== undefined && word !== '--packages') {
    console.error('usage: run.js [--packages DIR]');
    process.exit(2);
}
try {
    await loadExpressions([packages]);
} catch (error) {
    console.log(`skipped: ${error.message}`);
    process.exit(77);
}
const files = fs.readdirSync(folder)
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => path.join(folder, name));
const { status } = spawnSync(process.execPath, ['--test', ...files], {
    stdio: 'inherit',
    env: { ...process.env, MPRUN_NODE_PACKAGES: path.resolve(packages) },
});
process.exit(status ?? 1);
