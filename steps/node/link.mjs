// The two ends of a channel: a named pipe or a stream socket.
//
// Every wait is one of Node's event loop, never of its thread pool, and ends
// with the signal of the step.

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { promisify } from 'node:util';

import { Frame, HEADER_SIZE, StreamEnded, Truncated, parseHeader }
    from './frame.mjs';

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/** Frames over one stream; subclasses know where it comes from. */
class Link {
    #header = null;

    /** The stream to read or write, once there is one. */
    async connection(_signal) {
        throw new Error('a subclass does this');
    }

    /** The stream has ended: forget the connection. */
    drop() {}

    /** Gives everything back. */
    close() {}

    // Writing

    /** Resolves when all bytes are handed to the system. */
    async write(data, signal) {
        const stream = await this.connection(signal);
        await stream.write(data, signal);
    }

    // Reading

    /** The header of the next frame; its payload is read later. */
    async readHeader(signal) {
        this.#header ??= parseHeader(
            await this.#take(HEADER_SIZE, 0, HEADER_SIZE, signal));
        return this.#header;
    }

    async readFrame(signal) {
        const header = await this.readHeader(signal);
        const payload = await this.#take(header.size, HEADER_SIZE,
            HEADER_SIZE + header.size, signal);
        this.#header = null;
        return Frame.checked(header, payload);
    }

    /** The next bytes of a frame of which some are read before. */
    async #take(count, before, wanted, signal) {
        const stream = await this.connection(signal);
        if (await stream.fill(count, signal)) {
            return stream.take(count);
        }
        const got = before + stream.buffered;
        this.#header = null;
        this.drop();
        throw got > 0 ? new Truncated(got, wanted) : new StreamEnded();
    }
}

/** One of Node's sockets with a buffer, read only as far as asked for. */
class Stream {
    #socket;
    #parts = [];
    #error = null;
    buffered = 0;

    constructor(socket) {
        this.#socket = socket;
        // Without a listener an error between two steps ends the process.
        socket.on('error', (error) => {
            this.#error = error;
        });
        socket.on('readable', () => {});
    }

    /** Reads until so many bytes are there; false at the end before. */
    async fill(count, signal) {
        for (;;) {
            const data = this.#socket.read();
            if (data !== null) {
                this.#parts.push(data);
                this.buffered += data.length;
            }
            if (this.buffered >= count) {
                return true;
            }
            this.#refuseBroken();
            if (this.#socket.readableEnded || this.#socket.destroyed) {
                return false;
            }
            if (data === null) {
                await oneOf(this.#socket, ['readable', 'end', 'close'],
                    signal);
            }
        }
    }

    take(count) {
        const all = Buffer.concat(this.#parts);
        this.#parts = [all.subarray(count)];
        this.buffered -= count;
        return all.subarray(0, count);
    }

    async write(data, signal) {
        this.#refuseBroken();
        const written = new Promise((resolve, reject) => {
            this.#socket.write(data, (error) =>
                (error ? reject(error) : resolve()));
        });
        await unlessAborted(written, signal);
    }

    #refuseBroken() {
        if (this.#error !== null) {
            throw this.#error;
        }
    }

    destroy() {
        this.#socket.destroy();
    }
}

/** Resolves at the first of the events; rejects at an error or the abort. */
async function oneOf(emitter, names, signal) {
    let happened;
    let failed;
    const event = new Promise((resolve, reject) => {
        happened = resolve;
        failed = reject;
    });
    names.forEach((name) => emitter.on(name, happened));
    emitter.on('error', failed);
    try {
        await unlessAborted(event, signal);
    } finally {
        names.forEach((name) => emitter.off(name, happened));
        emitter.off('error', failed);
    }
}

async function unlessAborted(promise, signal) {
    signal.throwIfAborted();
    let stop;
    const aborted = new Promise((_, reject) => {
        stop = () => reject(signal.reason);
        signal.addEventListener('abort', stop);
    });
    try {
        return await Promise.race([promise, aborted]);
    } finally {
        signal.removeEventListener('abort', stop);
    }
}

/**
 * The reader's end of a named pipe.
 *
 * A socket of Node's closes its descriptor at the end of the stream. So that a
 * writer always finds a reader, the descriptor for the next stream is open
 * before the one that is read now ends: it then also sees the end of a writer
 * that comes and goes before it is looked at.
 */
export class PipeReader extends Link {
    #path;
    #stream = null;
    #next;

    static async create(path, signal) {
        // Node itself cannot make a FIFO.
        await promisify(execFile)('mkfifo', ['-m', '600', path], { signal });
        return new PipeReader(path);
    }

    constructor(path) {
        super();
        this.#path = path;
        this.#next = this.#open();
    }

    #open() {
        return fs.openSync(this.#path, O_RDONLY | O_NONBLOCK);
    }

    async connection() {
        if (this.#stream === null) {
            const fd = this.#next;
            this.#next = this.#open();
            this.#stream = new Stream(new net.Socket({ fd, writable: false }));
        }
        return this.#stream;
    }

    drop() {
        this.#stream?.destroy();
        this.#stream = null;
    }

    close() {
        this.drop();
        fs.closeSync(this.#next);
        fs.rmSync(this.#path);
    }
}

/** The writer's end of a named pipe. */
export class PipeWriter extends Link {
    #stream;

    constructor(path) {
        super();
        const fd = fs.openSync(path, O_WRONLY | O_NONBLOCK);
        this.#stream = new Stream(new net.Socket({ fd, readable: false }));
    }

    async connection() {
        return this.#stream;
    }

    close() {
        this.#stream.destroy();
    }
}

/** The end of a stream socket that connects. */
export class Connection extends Link {
    #stream;

    constructor(stream) {
        super();
        this.#stream = stream;
    }

    /** options: as net.connect takes them, { path } or { host, port }. */
    static async open(options, signal) {
        const socket = net.connect({ ...options, allowHalfOpen: true });
        try {
            await oneOf(socket, ['connect'], signal);
        } catch (error) {
            socket.destroy();
            throw error;
        }
        return new Connection(new Stream(socket));
    }

    async connection() {
        if (this.#stream === null) {
            throw new StreamEnded();
        }
        return this.#stream;
    }

    drop() {
        this.#stream?.destroy();
        this.#stream = null;
    }

    close() {
        this.drop();
    }
}

/** The end that listens: it reads one connection after the other. */
export class Listener extends Link {
    #server;
    #waiting = [];
    #stream = null;

    constructor(server) {
        super();
        this.#server = server;
        server.on('connection', (socket) =>
            this.#waiting.push(new Stream(socket)));
    }

    /** options: as Server#listen takes them, { path } or { host, port }. */
    static async open(options, signal) {
        const server = net.createServer({ allowHalfOpen: true });
        const listener = new Listener(server);
        server.listen(options);
        try {
            await oneOf(server, ['listening'], signal);
        } catch (error) {
            server.close();
            throw error;
        }
        return listener;
    }

    get port() {
        return this.#server.address().port;
    }

    async connection(signal) {
        while (this.#stream === null) {
            if (this.#waiting.length === 0) {
                await oneOf(this.#server, ['connection'], signal);
            }
            this.#stream = this.#waiting.shift() ?? null;
        }
        return this.#stream;
    }

    drop() {
        this.#stream?.destroy();
        this.#stream = null;
    }

    /** Closing the server also removes its file. */
    close() {
        this.drop();
        this.#waiting.forEach((stream) => stream.destroy());
        this.#server.close();
    }
}

/**
 * Whether Node binds an abstract address as it is given. Node 20 fills it up
 * with zero bytes, Node 18 loses it, so that no other program can connect.
 * name: one that nobody else uses.
 */
export async function knowsAbstractAddresses(name, signal) {
    let listener;
    try {
        listener = await Listener.open({ path: `\0${name}` }, signal);
    } catch {
        signal.throwIfAborted();
        return false;
    }
    // Zero bytes show as `@` here, the first one too.
    const lines = fs.readFileSync('/proc/net/unix', 'latin1').split('\n');
    listener.close();
    return lines.some((line) => line.endsWith(` @${name}`));
}
