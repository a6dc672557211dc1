// Compiles types/steps.ts against index.d.ts: `types.js TYPESCRIPT-FOLDER`.
// Exit status 77: there is no TypeScript in that folder.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const sdk = fileURLToPath(new URL('..', import.meta.url));
const tsc = path.resolve(process.argv[2] ?? '',
    'node_modules/typescript/bin/tsc');

if (!fs.existsSync(tsc)) {
    console.log('skipped: no TypeScript; ./build.sh install-deps fetches it');
    process.exit(77);
}
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mprun-types-'));
fs.mkdirSync(path.join(folder, 'node_modules'));
fs.symlinkSync(sdk, path.join(folder, 'node_modules', 'mprun'));
fs.writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
fs.copyFileSync(path.join(sdk, 'test/types/steps.ts'),
    path.join(folder, 'steps.ts'));
const { status } = spawnSync(process.execPath, [tsc, '--noEmit', '--strict',
    '--noUnusedLocals', '--target', 'es2022', '--module', 'nodenext', '--lib',
    'es2022,dom', 'steps.ts'], { cwd: folder, stdio: 'inherit' });
fs.rmSync(folder, { recursive: true });
process.exit(status);
