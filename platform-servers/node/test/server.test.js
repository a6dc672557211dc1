// The server as the runner meets it: a process, two pipes.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import { Peer } from './support.js';

const STEPS = `
import assert from 'node:assert/strict';
import { execSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { step } from 'mprun';

step('takes nothing', () => {});
step('takes a table', (ctx, table) => ({ rows: table.rows }));
step('differs', () => {
    assert.equal(1000, 1024);
});
step('fails where no folder is', () => {
    fs.mkdirSync('gone');
    process.chdir('gone');
    fs.rmdirSync(process.cwd());
    throw new Error('the reason');
});
step('waits for the signal', async (ctx) => {
    ctx.log('ready');
    try {
        await delay(60000, null, { signal: ctx.signal });
    } finally {
        ctx.log('unwound');
    }
});
step('never ends', async (ctx) => {
    ctx.log('ready');
    await new Promise(() => {});
});
step('watches the flag', async (ctx) => {
    ctx.log('ready');
    await once(ctx.signal, 'abort');
    return { seen: ctx.cancelled };
});
step('fails after the cancel', async (ctx) => {
    ctx.log('ready');
    await once(ctx.signal, 'abort');
    throw new RangeError('of its own');
});
step('leaves a rejection behind', async () => {
    Promise.reject(new Error('nobody waits for this'));
});
step('throws in a callback', () => new Promise(() => {
    setImmediate(() => {
        throw new Error('out of a callback');
    });
}));
step('will throw', async () => {
    setTimeout(() => {
        throw new Error('too late for any step');
    }, 1);
});
step('leaves a timer behind', () => {
    setInterval(() => {}, 1000);
});
step('defers {string}', (ctx, text) => ctx.defer(note, text));
async function note(text) {
    await null;
    fs.appendFileSync('cleaned', text);
    if (text === 'broken') {
        throw new Error('no way to clean this');
    }
}
step('attaches {int} bytes called {string}', (ctx, size, name) => {
    ctx.attach(Buffer.alloc(size), name);
    ctx.attach('text', 'note.txt');
});
step('exports {int} values', (ctx, count) => {
    for (let number = 0; number < count; number++) {
        ctx.export('key' + number, number);
    }
});
step('reads from stdin', async () => {
    let read = '';
    for await (const text of process.stdin) {
        read += text;
    }
    return { read, };
});
step('logs as {word}', (ctx, level) => ctx.log('x', level));
step('knows where it is', (ctx) => ({ dir: ctx.sharedDir,
    prefix: ctx.ipcPrefix, seed: ctx.seed, left: ctx.remaining() !== null,
    platform: ctx.platform, incarnation: ctx.incarnation,
    tags: ctx.tags, options: ctx.options }));
step('is {colour}', () => {});
step('prints in every way', async () => {
    console.log('out of console');
    process.stdout.write('out of stream\\n');
    console.table([1]);
    execSync('echo out of execSync', { stdio: 'inherit' });
    spawnSync('echo', ['out of spawnSync'], { stdio: [0, 1, 2] });
    const child = spawn('sh', ['-c', 'cat; echo out of spawn'],
        { stdio: 'inherit' });
    await once(child, 'close');
    const other = spawn('echo', ['out of stream as stdio'],
        { stdio: ['ignore', process.stdout, 'inherit'] });
    await once(other, 'close');
});
`;
const TYPES = `
import { parameterType } from 'mprun';
parameterType({ name: 'colour', regexp: 'red|blue', transformer: async (s) => {
    throw new Error('no such colour: ' + s);
} });
`;
const FILES = { 'some.mjs': STEPS, 'types.mjs': TYPES };

test('arguments that are missing', async (t) => {
    const peer = new Peer(t, FILES);
    const { failure } = await peer.step('takes a table');
    assert.match(failure.message,
        /some\.mjs:\d+: the function takes 2 .*gives \(ctx\)/);
});

test('state of another process points to export', async (t) => {
    const peer = new Peer(t, { 'a.mjs': `
        import assert from 'node:assert/strict';
        import { step } from 'mprun';
        step('reads the port', (ctx) => assert.equal(ctx.state.port, '1'));
        step('makes a list', (ctx) => {
            (ctx.state.list ??= []).push(1);
            assert.equal(ctx.state.list.length, 2);
        });
        step('asks for the port', (ctx) => ctx.exported('writer', 'port'));
        step('fails', () => assert.fail('alone'));
    ` });
    const messageOf = async (text, more) =>
        (await peer.step(text, more)).failure.message;
    assert.match(await messageOf('reads the port'), new RegExp("'writer' process"
        + ' has set ctx.state.port.*own.*ctx.export\\(\'port\', value\\).*'
        + "ctx.exported\\(process, 'port'\\)"));
    assert.match(await messageOf('reads the port', { context: { exports: {
        reader: { port: '1' } } } }), /'reader'.* it: ctx.exported\('reader'/);
    // Neither what was set meanwhile is told, nor what another step has read.
    assert.doesNotMatch(await messageOf('makes a list'), /export/);
    assert.doesNotMatch(await messageOf('fails'), /export/);
    assert.match(await messageOf('asks for the port'),
        /'writer' process has exported no 'port'.*ctx\.export\('port', value\)/);
});

test('a failure begins at the step', async (t) => {
    const peer = new Peer(t, FILES);
    const { failure } = await peer.step('differs');
    assert.equal(failure.location.file, 'steps/some.mjs');
    const frames = failure.stackTrace.split('\n').slice(1);
    assert.equal(frames.length, 1);
    assert.match(frames[0], /steps\/some\.mjs:\d+:\d+/);
});

test('a failure in a folder that is gone', async (t) => {
    const peer = new Peer(t, FILES);
    const { failure } = await peer.step('fails where no folder is');
    assert.match(failure.message, /the reason/);
    assert.equal(failure.location.file, 'steps/some.mjs');
});

test('a transformer that fails is the step\'s failure', async (t) => {
    const peer = new Peer(t, FILES);
    const { failure } = await peer.step('is red');
    assert.match(failure.message, /no such colour: red/);
});

test('what nobody catches fails the step', async (t) => {
    const peer = new Peer(t, FILES);
    for (const [text, expected] of [
        ['leaves a rejection behind', /nobody waits for this/],
        ['throws in a callback', /out of a callback/]]) {
        const result = await peer.step(text);
        assert.equal(result.status, 'failed');
        assert.match(result.failure.message, expected);
    }
    assert.equal((await peer.step('takes nothing')).status, 'passed');
});

test('what is thrown between steps ends the process', async (t) => {
    const peer = new Peer(t, FILES);
    await peer.step('will throw');
    assert.deepEqual(await peer.exited, [1, null]);
    assert.match(peer.stderr, /too late for any step/);
    assert.match(peer.stderr, /some\.mjs:\d+/);
});

test('levels, exports, stdin', async (t) => {
    const peer = new Peer(t, FILES);
    assert.match((await peer.step('logs as loud')).failure.message,
        /trace, debug/);
    const { exports } = await peer.step('exports 64 values');
    assert.equal(Object.keys(exports).length, 64);
    assert.equal(exports.key63, '63');
    assert.equal((await peer.step('exports 65 values')).status, 'failed');
    assert.deepEqual((await peer.step('reads from stdin')).data, { read: '' });
});

test('a large attachment becomes a file', async (t) => {
    const peer = new Peer(t, FILES);
    const artifactDir = path.join(peer.folder, 'artifacts');
    await peer.initialize({ run: { artifactDir },
        limits: { maxInlineAttachmentBytes: 100 } });
    const [small, text] = (await peer.step(
        "attaches 99 bytes called '../a b'")).attachments;
    assert.equal(small.encoding, 'base64');
    assert.equal(text.body, 'text');
    for (const name of ['_a_b', '2-_a_b']) {
        const [large] = (await peer.step(
            "attaches 101 bytes called '../a b'")).attachments;
        assert.equal(large.path, name);
        assert.equal(fs.statSync(path.join(artifactDir, name)).size, 101);
    }
});

test('where the process is', async (t) => {
    const peer = new Peer(t, FILES, { env: { MPRUN_PLATFORM: 'env' } });
    assert.match((await peer.step('knows where it is')).failure.message,
        /MPRUN_SHARED_DIR/);
    await peer.initialize({ options: { buffers: 4 },
        process: { name: 'writer', platform: 'node', incarnation: 2 },
        run: { sharedDir: '/s', ipcPrefix: 'p', seed: 7 } });
    const { data } = await peer.step('knows where it is',
        { context: { timeoutMs: 1000, tags: ['@a'] } });
    assert.deepEqual(data, { dir: '/s', prefix: 'p', seed: '7', left: true,
        platform: 'node', incarnation: 2, tags: ['@a'],
        options: { buffers: 4 } });
});

describe('a cancel', () => {
    async function cancelled(t, text) {
        const peer = new Peer(t, FILES);
        await peer.initialize({ capabilities: { log: true } });
        peer.send('executeStep', { step: text }, 2);
        assert.equal((await peer.receive()).params.message, 'ready');
        peer.send('$/cancelRequest', { id: 2, reason: 'timeout' });
        return peer;
    }

    test('ends what heeds the signal', async (t) => {
        const peer = await cancelled(t, 'waits for the signal');
        assert.equal((await peer.receive()).params.message, 'unwound');
        const { failure } = (await peer.receive()).result;
        assert.equal(failure.kind, 'timeout');
        assert.match(failure.message, /cancelled: timeout/);
        assert.equal((await peer.call('health')).result.status, 'ok');
    });

    test('is answered for what does not heed it', async (t) => {
        const peer = await cancelled(t, 'never ends');
        assert.equal((await peer.receive()).result.failure.kind, 'timeout');
        assert.equal(await peer.finish(), 0);
    });

    test('leaves the outcome to the step', async (t) => {
        const flag = await cancelled(t, 'watches the flag');
        assert.deepEqual((await flag.receive()).result.data, { seen: true });
        const own = await cancelled(t, 'fails after the cancel');
        assert.match((await own.receive()).result.failure.message,
            /of its own/);
    });

    test('may come at any moment', async (t) => {
        const peer = new Peer(t, FILES);
        for (let id = 100; id < 300; id++) {
            peer.send('executeStep', { step: 'exports 3 values' }, id);
            peer.send('$/cancelRequest', { id });
            assert.equal((await peer.receive()).id, id);
        }
        assert.equal((await peer.call('health')).result.status, 'ok');
    });
});

describe('the end', () => {
    async function withDeferred(t) {
        const peer = new Peer(t, FILES);
        await peer.step("defers 'a'");
        await peer.step("defers 'b'");
        return peer;
    }
    const cleaned = (peer) =>
        fs.readFileSync(path.join(peer.folder, 'cleaned'), 'utf8');

    test('by shutdown cleans up once, last first', async (t) => {
        const peer = await withDeferred(t);
        assert.equal((await peer.call('shutdown')).result.success, true);
        assert.equal((await peer.call('health')).error.code, 1005);
        assert.equal(await peer.finish(), 0);
        assert.equal(cleaned(peer), 'ba');
    });

    test('of a case cleans up', async (t) => {
        const peer = await withDeferred(t);
        const { result } = await peer.call('scenarioFinished');
        assert.deepEqual(result, { success: true,
            logs: ['[INFO] 2 clean-ups done'] });
        assert.equal(cleaned(peer), 'ba');
        await peer.step("defers 'c'");
        assert.equal((await peer.call('shutdown')).result.success, true);
        assert.equal(cleaned(peer), 'bac');
    });

    test('of a case leaves no state to the next', async (t) => {
        const peer = new Peer(t, { 'some.mjs': `
            import { step } from 'mprun';
            step('counts', (ctx) => {
                ctx.state.count = (ctx.state.count ?? 0) + 1;
                ctx.data.is = [ctx.state.count, ctx.sharedDir];
            });
            step('defers what fails', (ctx) => {
                ctx.defer(() => { throw new Error('stuck'); });
            });` });
        const count = async () => (await peer.step('counts')).data.is;
        await peer.call('initialize', { protocolVersions: [1],
            run: { sharedDir: '/one' } });
        assert.deepEqual([await count(), await count()],
            [[1, '/one'], [2, '/one']]);
        assert.equal((await peer.call('scenarioStarted',
            { run: { sharedDir: '/two' } })).result.success, true);
        assert.deepEqual(await count(), [1, '/two']);
        await peer.step('defers what fails');
        const { result } = await peer.call('scenarioFinished');
        assert.equal(result.success, false);
        assert.match(result.failure.message, /stuck/);
        assert.deepEqual(await count(), [1, '/two']);
    });

    test('of stdin cleans up', async (t) => {
        const peer = await withDeferred(t);
        await peer.step('leaves a timer behind');
        assert.equal(await peer.finish(), 0);
        assert.equal(cleaned(peer), 'ba');
    });

    test('by SIGTERM cleans up', async (t) => {
        const peer = await withDeferred(t);
        peer.send('executeStep', { step: 'never ends' }, 2);
        peer.child.kill('SIGTERM');
        assert.deepEqual(await peer.exited, [null, 'SIGTERM']);
        assert.equal(cleaned(peer), 'ba');
    });

    test('tells of a clean-up that fails', async (t) => {
        const peer = await withDeferred(t);
        await peer.step("defers 'broken'");
        const { result } = await peer.call('shutdown');
        assert.equal(result.success, false);
        assert.match(result.failure.message, /no way to clean/);
        assert.equal(cleaned(peer), 'brokenba');
    });

    test('comes when nobody reads', async (t) => {
        const peer = new Peer(t, FILES);
        assert.equal((await peer.call('health')).result.status, 'ok');
        peer.child.stdout.destroy();
        peer.send('health', {}, 1);
        assert.deepEqual(await peer.exited, [0, null]);
    });

    test('comes while a step file still loads', async (t) => {
        const peer = new Peer(t, { 'x.mjs': 'await new Promise(() => {});' });
        assert.equal(await peer.finish(), 0);
    });
});

test('broken step files', async (t) => {
    const peer = new Peer(t, {
        'one.mjs': "import 'nothing-of-this-name';\n",
        'two.mjs': "import { step } from 'mprun';\nstep('open (', () => {});\n" });
    const { error } = await peer.initialize();
    assert.match(error.message,
        /^2 errors.*\nsteps\/one\.mjs:1: .*\nsteps\/two\.mjs:2: /);
    assert.deepEqual(error.data.errors.map(({ line }) => line), [1, 2]);
    assert.equal((await peer.call('health')).result.status, 'error');
    const answer = await peer.call('executeStep', { step: 'x' });
    assert.match(answer.error.message, /one\.mjs:1/);
    assert.equal(await peer.finish(), 0);
    assert.match(peer.stderr, /one\.mjs:1/);
});

test('a byte order mark and a line that is too long', async (t) => {
    const peer = new Peer(t, FILES);
    peer.child.stdin.write('\ufeff');
    assert.equal((await peer.call('health')).result.status, 'ok');
    peer.child.stdin.write(`"${'x'.repeat(17 * 1024 * 1024)}"\n`);
    assert.equal((await peer.receive()).error.code, 1007);
    assert.equal((await peer.call('health')).result.status, 'ok');
});

// Node gives its children sockets; a runner gives pipes, as cat does here.
for (const ends of ['sockets', 'pipes']) {
    test(`prints keep away from the protocol, through ${ends}`, async (t) => {
        const request = (id, step) => `${JSON.stringify({ jsonrpc: '2.0', id,
            method: 'executeStep', params: { step } })}\n`;
        const expected = ['console', 'stream', 'execSync', 'spawnSync',
            'spawn', 'stream as stdio'];
        const peer = new Peer(t, FILES);
        let stderr;
        if (ends === 'sockets') {
            const result = await peer.step('prints in every way');
            assert.equal(result.status, 'passed', JSON.stringify(result));
            assert.equal(await peer.finish(), 0);
            stderr = peer.stderr;
        } else {
            const file = path.join(peer.folder, 'stderr');
            const out = execFileSync('sh', ['-c',
                `cat | "$@" 2>${file} | cat`, 'sh', ...peer.child.spawnargs],
            { cwd: peer.folder, encoding: 'utf8',
                input: request(1, 'prints in every way') });
            assert.equal(out.split('\n').length, 2, out);
            assert.equal(JSON.parse(out).result.status, 'passed', out);
            stderr = fs.readFileSync(file, 'utf8');
        }
        for (const word of expected) {
            assert.match(stderr, new RegExp(`^out of ${word}$`, 'm'));
        }
    });
}
