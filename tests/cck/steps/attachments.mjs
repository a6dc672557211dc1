import fs from 'node:fs';

import { step } from 'mprun';

step('the string {string} is attached as {string}', (ctx, text, type) =>
    ctx.attach(text, '', type));
step('the string {string} is logged', (ctx, text) => ctx.log(text));
step('text with ANSI escapes is logged', (ctx) => {
    const colours = [31, 91, 33, 32, 34, 95, 35];
    ctx.log('This displays a ' + [...'rainbow'].map((letter, index) =>
        `\x1b[${colours[index]}m${letter}\x1b[0m`).join(''));
});
step('the following string is attached as {string}:', (ctx, type) =>
    ctx.attach(ctx.docString.content, '', type));
step('an array with {int} bytes is attached as {string}', (ctx, count, type) =>
    ctx.attach(Uint8Array.from({ length: count }, (_, i) => i), '', type));
step('a PDF document is attached and renamed', (ctx) =>
    ctx.attach(fs.readFileSync('samples/attachments/document.pdf'),
        'renamed.pdf', 'application/pdf'));
step('a link to {string} is attached', (ctx, link) =>
    ctx.attach(link, '', 'text/uri-list'));
step('the string {string} is attached as {string} before a failure',
    (ctx, text, type) => {
        ctx.attach(text, '', type);
        throw new Error('it fails');
    });
