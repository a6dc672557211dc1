// The steps of features/ipc in Node; steps/README.md says what each does.

import assert from 'node:assert/strict';
import path from 'node:path';

import { given, skip, then, when } from 'mprun';

import { Frame, StreamEnded, Truncated, WrongChecksum, crc32, hex }
    from './frame.mjs';
import { Connection, Listener, PipeReader, PipeWriter,
    knowsAbstractAddresses } from './link.mjs';

const NO_SHARED_MEMORY =
    'Node has no POSIX shared memory and no named POSIX semaphores';
const NO_ABSTRACT_ADDRESSES =
    `Node ${process.version} cannot bind an abstract socket address unchanged`;

// Opening

given('creates the pipe {string}', (ctx, name) =>
    openLink(ctx, () =>
        PipeReader.create(sharedPath(ctx, name, 'fifo'), ctx.signal)));

given('opens the pipe {string} for writing', (ctx, name) =>
    openLink(ctx, () => new PipeWriter(sharedPath(ctx, name, 'fifo'))));

given('listens at the socket {string}', (ctx, name) =>
    listen(ctx, { path: sharedPath(ctx, name, 'sock') }));

given('connects to the socket {string}', (ctx, name) =>
    connect(ctx, { path: sharedPath(ctx, name, 'sock') }));

given('listens at the abstract socket {string}', async (ctx, name) =>
    listen(ctx, { path: await abstractAddress(ctx, name) }));

given('connects to the abstract socket {string}', async (ctx, name) =>
    connect(ctx, { path: await abstractAddress(ctx, name) }));

given('listens on a free TCP port', async (ctx) => {
    await listen(ctx, { host: '127.0.0.1', port: 0 });
    const { port } = ctx.state.link;
    ctx.log(`listening on port ${port}`);
    ctx.export('port', port);
});

given('connects to the TCP port of the {string} process', (ctx, process) => {
    const port = Number(ctx.exported(process, 'port'));
    ctx.log(`connecting to port ${port}`);
    return connect(ctx, { host: '127.0.0.1', port });
});

// Writing

when('writes frame with size {int}', (ctx, size) =>
    send(ctx, Frame.generated(nextId(ctx), size)));

when('writes these frames:', async (ctx, table) => {
    for (const { id, size } of idsAndSizes(table)) {
        await send(ctx, Frame.generated(id, size));
    }
});

when('writes a frame with the text:', (ctx, text) =>
    send(ctx, new Frame(nextId(ctx), Buffer.from(text))));

when('sends the first {int} bytes of a frame with size {int}', sendPart);

when('writes a damaged frame with size {int}', async (ctx, size) => {
    const frame = Frame.generated(nextId(ctx), size);
    const data = frame.encode();
    data[data.length - 1] ^= 0xff;
    await linkOf(ctx).write(data, ctx.signal);
    ctx.state.nextId = frame.id + 1;
});

when('gives up with code {int} after {int} bytes of a frame with size {int}',
    async (ctx, code, count, size) => {
        await sendPart(ctx, count, size);
        process.exit(code);
    });

when('sends the last frame back', async (ctx) => {
    const frame = lastFrame(ctx);
    await linkOf(ctx).write(frame.encode(), ctx.signal);
    return moved(frame);
});

when('resumes after the last frame of the {string} process',
    (ctx, process) => {
        ctx.state.nextId = Number(ctx.exported(process, 'lastFrame')) + 1;
        ctx.log(`the next frame is ${ctx.state.nextId}`);
    });

// Reading

then('reads one frame', async (ctx) => moved(await receive(ctx)));

then('reads frame with size {int}', async (ctx, size) => {
    const frame = await receive(ctx);
    expectGenerated(frame, size);
    return moved(frame);
});

then('reads these frames:', async (ctx, table) => {
    for (const { id, size } of idsAndSizes(table)) {
        const frame = await receive(ctx);
        assert.equal(frame.id, id, "the frame's id differs");
        expectGenerated(frame, size);
    }
});

then('reads a frame with the text:', async (ctx, text) => {
    const frame = await receive(ctx);
    assert.equal(frame.payload.toString(), text, 'the payload differs');
    return moved(frame);
});

then('holds frame {int} with size {int}', (ctx, id, size) => {
    const frame = lastFrame(ctx);
    assert.equal(frame.id, id, "the frame's id differs");
    expectGenerated(frame, size);
});

then('reads the header of a frame with size {int}', async (ctx, size) => {
    const header = await linkOf(ctx).readHeader(ctx.signal);
    assert.equal(header.size, size, 'the size in the header differs');
});

then('finds the frame cut short', async (ctx) =>
    ({ bytes: await readTruncated(ctx) }));

then('finds the frame cut short after {int} bytes', async (ctx, count) =>
    assert.equal(await readTruncated(ctx), count,
        'another number of bytes arrived'));

then('finds the checksum wrong', async (ctx) => {
    const error = await expectError(ctx, WrongChecksum,
        (frame) => `the checksum of frame ${frame.id} is right`);
    ctx.log(error.message);
});

then('finds the end of the stream', async (ctx) => {
    await expectError(ctx, StreamEnded, (frame) =>
        `frame ${frame.id} came instead of the end of the stream`);
});

// Checksums and shared memory

then('computes these checksums:', (ctx, table) => {
    for (const { text, checksum } of table.hashes) {
        assert.equal(hex(crc32(Buffer.from(text))), checksum,
            `the checksum of ${JSON.stringify(text)} differs`);
    }
});

for (const expression of [
    'creates the shared buffer {string} of {int} bytes',
    'attaches to the shared buffer {string} of {int} bytes',
    'puts a frame with size {int} into the shared buffer',
    'takes a frame with size {int} from the shared buffer',
    'creates the ring {string} of {int} bytes',
    'attaches to the ring {string} for writing',
    'attaches to the ring {string} for reading',
    'finds the ring {string} taken by a writer',
    'closes the ring',
    'puts frame with size {int} into the ring',
    'puts a damaged frame with size {int} into the ring',
    'puts these frames into the ring:',
    'puts a frame with the text into the ring:',
    'copies the first {int} bytes of a frame with size {int} into the ring',
    'waits for room for {int} bytes until the reader is dead',
    'has {int} bytes left before the end of the ring',
    'takes one frame from the ring',
    'takes frame with size {int} from the ring',
    'takes these frames from the ring:',
    'takes a frame with the text from the ring:',
    'finds no frame in the ring within {int} ms',
    'finds the ring closed',
    'finds a wrong checksum in the ring',
    'waits for a frame until the writer is dead',
    'describes the ring by:',
    'reads the description of the ring:',
    'takes hold of the ring',
    'lets go of the ring',
    'finds the other end of the ring waiting',
    'has taken the lock of the ring over {int} time(s)',
]) {
    given(expression, () => skip(NO_SHARED_MEMORY));
}

// Helpers

function sharedPath(ctx, name, extension) {
    return path.join(ctx.sharedDir, `${name}.${extension}`);
}

async function abstractAddress(ctx, name) {
    const probe = `${ctx.ipcPrefix}-probe-${process.pid}`;
    if (!await knowsAbstractAddresses(probe, ctx.signal)) {
        skip(NO_ABSTRACT_ADDRESSES);
    }
    return `\0${ctx.ipcPrefix}-${name}`;
}

function listen(ctx, address) {
    return openLink(ctx, () => Listener.open(address, ctx.signal));
}

function connect(ctx, address) {
    return openLink(ctx, () => Connection.open(address, ctx.signal));
}

/** Opens a channel in place of the one that the process had. */
async function openLink(ctx, open) {
    const { state } = ctx;
    if (!('link' in state)) {
        ctx.defer(closeLink, state);
    }
    closeLink(state);
    state.link = await open();
}

function closeLink(state) {
    const { link } = state;
    state.link = null;
    link?.close();
}

function linkOf(ctx) {
    const { link } = ctx.state;
    assert.ok(link, 'the process has opened no channel');
    return link;
}

function nextId(ctx) {
    return ctx.state.nextId ?? 1;
}

function lastFrame(ctx) {
    const frame = ctx.state.lastFrame;
    assert.ok(frame, 'the process has read no frame');
    return frame;
}

async function send(ctx, frame) {
    ctx.log(`writing frame ${frame.id}, size ${frame.size}`, 'debug');
    await linkOf(ctx).write(frame.encode(), ctx.signal);
    ctx.state.nextId = frame.id + 1;
    return moved(frame);
}

async function sendPart(ctx, count, size) {
    const data = Frame.generated(nextId(ctx), size).encode();
    await linkOf(ctx).write(data.subarray(0, count), ctx.signal);
}

async function receive(ctx) {
    const frame = await linkOf(ctx).readFrame(ctx.signal);
    ctx.log(`read frame ${frame.id}, size ${frame.size}`, 'debug');
    ctx.state.lastFrame = frame;
    ctx.export('lastFrame', frame.id);
    return frame;
}

/** How many bytes of a frame came before the stream ended in it. */
async function readTruncated(ctx) {
    const error = await expectError(ctx, Truncated,
        (frame) => `frame ${frame.id} is whole`);
    ctx.log(error.message);
    return error.got;
}

/** Reads a frame that must not be one; the error that says so. */
async function expectError(ctx, kind, describeFrame) {
    let frame;
    try {
        frame = await linkOf(ctx).readFrame(ctx.signal);
    } catch (error) {
        if (error instanceof kind) {
            return error;
        }
        throw error;
    }
    return assert.fail(describeFrame(frame));
}

function expectGenerated(frame, size) {
    assert.equal(frame.size, size, "the frame's size differs");
    const wanted = Frame.generated(frame.id, size);
    assert.ok(frame.payload.equals(wanted.payload),
        `the payload of frame ${frame.id} differs`);
}

function idsAndSizes(table) {
    return table.hashes.map(({ id, size }) =>
        ({ id: Number(id), size: Number(size) }));
}

function moved(frame) {
    return { frameId: frame.id, actualSize: frame.size };
}
