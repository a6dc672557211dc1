import fs from 'node:fs';

import { step } from 'mprun';

const folder = 'samples/examples-tables-attachment';

step('a JPEG image is attached', (ctx) =>
    ctx.attach(fs.readFileSync(`${folder}/cucumber.jpeg`), '', 'image/jpeg'));
step('a PNG image is attached', (ctx) =>
    ctx.attach(fs.readFileSync(`${folder}/cucumber.png`), '', 'image/png'));
