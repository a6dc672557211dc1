// The steps of features/first.feature.

import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { given, then } from 'mprun';

/** In the folder that all processes of a case share, and no other has. */
function noteFile(ctx) {
    return join(ctx.sharedDir, 'note.txt');
}

given('writes the note {string}', async function (ctx, text) {
    await writeFile(noteFile(ctx), text);
    ctx.log(`wrote '${text}'`);
});

then('finds the note {string}', async function (ctx, text) {
    assert.equal(await readFile(noteFile(ctx), 'utf8'), text);
    await rm(noteFile(ctx));
});
