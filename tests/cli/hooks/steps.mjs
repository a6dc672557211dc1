// Of hooks_sdk.t: what steps.py does.

import assert from 'node:assert/strict';
import fs from 'node:fs';

import { afterRun, afterScenario, beforeRun, beforeScenario, skip, step }
    from 'mprun';

function write(ctx, text) {
    fs.appendFileSync('order', `${ctx.process}: ${text}\n`);
}

function note(ctx, what) {
    write(ctx, `${what}, ${ctx.status ?? 'None'}`);
}

function fail(message) {
    throw new assert.AssertionError({ message });
}

beforeScenario({ name: 'late', order: 5 }, (ctx) => note(ctx, 'late'));

beforeScenario({ name: 'first', order: -1 }, (ctx) => {
    note(ctx, 'first');
    ctx.state.made = 'by first';
    ctx.export('told', 'before');
    ctx.log('said by first');
    ctx.attach('given by first', 'a.txt');
});

beforeScenario({ tags: '@a and not @b', name: 'only a' },
    (ctx) => note(ctx, 'only a'));

beforeScenario({ tags: '@fail', name: 'set up' }, (ctx) => {
    note(ctx, 'set up');
    fail('no set-up');
});

beforeScenario('@skip', () => skip('not here'));

beforeScenario('@hang', async (ctx) => {
    note(ctx, 'hangs');
    await ctx.sleep(60000);
});

afterScenario({ name: 'tidy' }, (ctx) => note(ctx, 'tidy'));

afterScenario({ tags: '@fail-after', name: 'tidy more' },
    () => fail('no tidying'));

afterScenario({ name: 'tidy first' }, async (ctx) => {
    note(ctx, 'tidy first');
    skip('nothing to do');
});

beforeRun({ name: 'start the broker' }, (ctx) => {
    note(ctx, 'start the broker');
    ctx.export('port', 40123);
    ctx.defer(write, ctx, 'clean up');
});

afterRun({ order: 1 }, (ctx) => note(ctx, 'stop first'));

afterRun((ctx) => note(ctx, 'stop'));

step('knows', (ctx) => note(ctx, `${ctx.state.made}, ${
    ctx.exported('run', 'port')}, ${ctx.exported(ctx.process, 'told')}`));

step('fails', () => fail('on purpose'));
