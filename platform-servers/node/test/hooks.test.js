// Hooks: collecting, listing, executing them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { PACKAGES, Peer, folderOf } from './support.js';

const SERVER = fileURLToPath(new URL('../server.js', import.meta.url));

const HOOKS = `
import { afterRun, afterScenario, beforeRun, beforeScenario, skip, step }
    from 'mprun';

beforeScenario((ctx) => {
    ctx.state.seen = [ctx.step, ctx.status, ...ctx.tags];
    ctx.attach('text', 'a.txt');
    ctx.export('port', 7);
});
step('tells', (ctx) => ({ seen: ctx.state.seen }));
beforeScenario('@slow and not @old', () => {});
afterScenario({ tags: '@x', name: 'tidy', order: -1 }, async () => {
    throw new Error('it went wrong');
});
afterScenario(() => skip('nothing to do'));
beforeRun({ name: 'starts' }, () => {});
afterRun(() => {});
`;

async function start(t, text) {
    const peer = new Peer(t, { 'a.mjs': text });
    const answer = await peer.initialize();
    return { peer, capabilities: answer.result.capabilities };
}

async function execute(peer, hook, more) {
    const { result } = await peer.call('executeHook', { hook,
        process: 'writer', status: 'passed', ...more });
    return result;
}

test('hooks are listed as they stand', async (t) => {
    const { peer, capabilities } = await start(t, HOOKS);
    assert.equal(capabilities.hooks, true);
    const { result } = await peer.call('listStepDefinitions');
    assert.deepEqual(result.hooks.map(({ location, ...rest }) =>
        [...Object.values(rest), location.line]), [
        ['h1', 'beforeScenario', null, null, 0, 5],
        ['h2', 'beforeScenario', null, '@slow and not @old', 0, 11],
        ['h3', 'afterScenario', 'tidy', '@x', -1, 12],
        ['h4', 'afterScenario', null, null, 0, 15],
        ['h5', 'beforeRun', 'starts', null, 0, 16],
        ['h6', 'afterRun', null, null, 0, 17]]);
    assert.equal(await peer.finish(), 0);
});

test('a hook has the context of a step, and its results', async (t) => {
    const { peer } = await start(t, HOOKS);
    const first = await execute(peer, 'h1', { context: { tags: ['@x'] } });
    assert.equal(first.status, 'passed');
    assert.deepEqual(first.attachments.map(({ body }) => body), ['text']);
    assert.deepEqual(first.exports, { port: '7' });
    assert.deepEqual((await peer.step('tells')).data,
        { seen: [null, 'passed', '@x'] });
    const failed = await execute(peer, 'h3');
    assert.equal(failed.status, 'failed');
    assert.equal(failed.failure.message, 'Error: it went wrong');
    const skipped = await execute(peer, 'h4');
    assert.deepEqual([skipped.status, skipped.reason],
        ['skipped', 'nothing to do']);
    assert.equal(await peer.finish(), 0);
});

test('a hook of a step knows it', async (t) => {
    const peer = new Peer(t, { 'a.mjs': `
        import { afterStep, beforeStep } from 'mprun';
        const told = ({ step, stepType, status }) => [step, stepType, status];
        beforeStep({ tags: '@x', order: 2 }, (ctx) => {
            ctx.state.steps = [told(ctx)];
        });
        afterStep(async (ctx) => ({ steps: [...ctx.state.steps, told(ctx)] }));
    ` });
    const { result: { hooks } } = await peer.call('listStepDefinitions');
    assert.deepEqual(hooks.map(({ type, tagExpression, order }) =>
        [type, tagExpression, order]),
    [['beforeStep', '@x', 2], ['afterStep', null, 0]]);
    const of = { step: 'does it', stepType: 'when' };
    await execute(peer, 'h1', of);
    const last = await execute(peer, 'h2', { ...of, status: 'failed' });
    assert.deepEqual(last.data.steps,
        [['does it', 'when', 'passed'], ['does it', 'when', 'failed']]);
    const { error } = await peer.call('executeHook', { hook: 'h1', step: 5 });
    assert.equal(error.code, -32602);
});

test('a hook that was not listed is refused', async (t) => {
    const { peer, capabilities } = await start(t,
        "import { step } from 'mprun';\nstep('a', () => {});\n");
    assert.equal(capabilities.hooks, false);
    const { error } = await peer.call('executeHook', { hook: 'h1' });
    assert.equal(error.code, -32602);
    assert.match(error.message, /no hook h1/);
    assert.equal(await peer.finish(), 0);
});

test('a hook is cancelled like a step', async (t) => {
    const { peer } = await start(t, `
import { beforeScenario } from 'mprun';
beforeScenario((ctx) => ctx.sleep(60000));
`);
    peer.send('executeHook', { hook: 'h1' }, 5);
    peer.child.stdin.write('{"jsonrpc":"2.0","method":"$/cancelRequest",'
        + '"params":{"id":5,"reason":"timeout"}}\n');
    const answer = await peer.receive();
    assert.equal(answer.result?.failure.kind ?? answer.error.code, 'timeout');
    assert.equal(await peer.finish(), 0);
});

test('what is wrong with a hook is told with its place', (t) => {
    const folder = folderOf(t, { 'a.mjs': `
import { afterRun, beforeRun, beforeScenario } from 'mprun';
beforeScenario();
beforeScenario('@a');
beforeScenario({ tag: '@a' }, () => {});
beforeScenario({ tags: 5 }, () => {});
beforeScenario(5, () => {});
beforeRun('@a', () => {});
afterRun({ order: 1.5 }, () => {});
` });
    const { stderr, status } = spawnSync(process.execPath, [SERVER,
        '--packages', PACKAGES, '--check', '--steps', '.'],
    { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.deepEqual(stderr.trimEnd().split('\n'), [
        'a.mjs:3: beforeScenario: the function is missing',
        'a.mjs:4: beforeScenario: the function is missing',
        "a.mjs:5: beforeScenario: unknown option 'tag'; there are name, tags,"
            + ' order',
        'a.mjs:6: beforeScenario: tags must be a string, not 5',
        'a.mjs:7: beforeScenario: the options must be a tag expression or an'
            + ' object, not 5',
        'a.mjs:8: beforeRun: a hook of the run has no tags',
        'a.mjs:9: afterRun: order must be a whole number']);
});

test('an unknown parameter type leaves one definition out', async (t) => {
    const peer = new Peer(t, { 'a.mjs': `
import { step } from 'mprun';
step('a {shape}', () => {});
step('good', () => {});
` });
    await peer.initialize();
    const { result } = await peer.call('listStepDefinitions');
    assert.deepEqual(result.stepDefinitions.map(({ id }) => id), ['s2']);
    assert.deepEqual(result.errors.map(({ location, ...rest }) => rest), [
        { type: 'undefinedParameterType', name: 'shape',
            expression: 'a {shape}' }]);
    assert.equal((await peer.step('good')).status, 'passed');
    const left = await peer.step('a square');
    assert.equal(left.status, 'undefined');
    assert.match(left.failure.message,
        /a\.mjs:3: .*there is no parameter type 'shape'/);
    assert.equal(await peer.finish(), 0);
});
