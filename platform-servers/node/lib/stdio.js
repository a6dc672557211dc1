// Taking standard input and output away from the rest of the program.
//
// The protocol owns them. Afterwards standard input is empty, and whatever is
// printed, by JavaScript, by native code or by a child process, goes to stderr.
//
// Node cannot duplicate a descriptor. Where the system shows descriptors as
// files, a pipe can be opened once more there, and then the numbers 0 and 1
// are closed and given to /dev/null and stderr: that holds for everybody.
// Elsewhere (Windows, sockets) only JavaScript can be kept away: process.stdout
// becomes process.stderr, and children are started without our descriptor 1.

import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { Readable } from 'node:stream';

const READ_BYTES = 65536;
const { O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/** The streams of the protocol: { input, output }. Call it once, first. */
export function takeStandardStreams() {
    return swapDescriptors() ?? keepStreams();
}

function swapDescriptors() {
    const folder = ['/proc/self/fd', '/dev/fd'].find((path) =>
        fs.existsSync(path));
    if (folder === undefined || !isPipe(0) || !isPipe(1)) {
        return null;
    }
    const opened = [];
    const open = (number, flags) => {
        opened.push(fs.openSync(`${folder}/${number}`, flags));
        return opened.at(-1);
    };
    try {
        const input = open(0, O_RDONLY | O_NONBLOCK);
        // Not blocking, or this would wait for a runner that is gone.
        const output = open(1, O_WRONLY | O_NONBLOCK);
        // Whether it can be opened is to be known before 1 is closed.
        open(2, 'a');
        fs.closeSync(opened.pop());
        replace(0, '/dev/null', 'r');
        replace(1, `${folder}/2`, 'a');
        return {
            input: readerOf(input),
            output: new net.Socket({ fd: output, readable: false }),
        };
    } catch {
        opened.forEach((fd) => fs.closeSync(fd));
        return null;
    }
}

/** Reads into the same memory always: what 'data' gives is valid in the call. */
function readerOf(fd) {
    const socket = new net.Socket({ fd, writable: false, onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback: (count, buffer) => {
            socket.emit('data', buffer.subarray(0, count));
            return true;
        },
    } });
    return socket;
}

function isPipe(fd) {
    try {
        return fs.fstatSync(fd).isFIFO();
    } catch {
        return false;
    }
}

// The lowest free number is the one that was just closed.
function replace(fd, path, flags) {
    fs.closeSync(fd);
    const got = fs.openSync(path, flags);
    if (got !== fd) {
        throw new Error(`descriptor ${fd} became ${got}`);
    }
}

function keepStreams() {
    const { stdin: input, stdout: output } = process;
    const give = (name, get) => Object.defineProperty(process, name, {
        configurable: true, enumerable: true, get });
    const empty = Readable.from([]);
    give('stdin', () => empty);
    give('stdout', () => process.stderr);
    for (const name of ['log', 'info', 'debug', 'table', 'dir', 'group']) {
        console[name] = new console.Console(process.stderr)[name];
    }
    keepFromChildren();
    return { input, output };
}

// Every asynchronous way to start a child ends in ChildProcess#spawn.
function keepFromChildren() {
    const { prototype } = childProcess.ChildProcess;
    const spawn = prototype.spawn;
    prototype.spawn = function (options) {
        return spawn.call(this, withoutOurOutput(options));
    };
    for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
        const original = childProcess[name];
        childProcess[name] = (...words) => original(...words.map((word) =>
            (word?.stdio === undefined ? word : withoutOurOutput(word))));
    }
    syncBuiltinESMExports();
}

function withoutOurOutput(options) {
    const { stdio } = options;
    if (stdio === 'inherit') {
        return { ...options, stdio: ['ignore', 2, 2] };
    }
    if (!Array.isArray(stdio)) {
        return options;
    }
    return { ...options, stdio: stdio.map((end, index) => {
        if (end === 0 || (index === 0 && end === 'inherit')) {
            return 'ignore';
        }
        return end === 1 || (index === 1 && end === 'inherit') ? 2 : end;
    }) };
}
