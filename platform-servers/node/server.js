#!/usr/bin/env node
// The Node platform server. Nothing here is newer than Node 12, so that an old
// Node can say what is wrong with it.

const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 18 || (major === 18 && minor < 19)) {
    process.stderr.write(
        `Node 18.19 or later is needed, this is ${process.version}\n`);
    process.exit(1);
}
import('./lib/main.js').then((program) =>
    program.main(process.argv.slice(2)));
