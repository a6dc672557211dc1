// Lines from the runner, messages to it.

import { encode } from './safejson.js';

export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const LF = 10;
const BLANKS = new Set([9, 10, 13, 32]);
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export class Channel {
    #input;
    #output;
    #parts = [];
    #length = 0;
    #first = true;
    #skipping = false;

    constructor({ input, output }) {
        this.#input = input;
        this.#output = output;
    }

    /**
     * Begins to read. onLine gets each line as bytes, null for one that is too
     * long; onEnd is called once, at the end of input; onBroken when nobody
     * reads what is written.
     */
    start({ onLine, onEnd, onBroken }) {
        let ended = false;
        const end = () => {
            if (!ended) {
                ended = true;
                onEnd();
            }
        };
        this.#input.on('data', (data) => this.#take(data, onLine));
        this.#input.on('end', () => {
            this.#endLine(onLine);
            end();
        });
        this.#input.on('error', end);
        this.#input.on('close', end);
        this.#output.on('error', onBroken);
    }

    #take(data, onLine) {
        let from = 0;
        for (;;) {
            const at = data.indexOf(LF, from);
            if (at < 0) {
                break;
            }
            this.#keep(data.subarray(from, at));
            this.#endLine(onLine);
            from = at + 1;
        }
        if (from < data.length) {
            // The bytes are valid now only.
            this.#keep(Buffer.from(data.subarray(from)));
        }
    }

    #keep(part) {
        if (this.#skipping || part.length === 0) {
            return;
        }
        this.#parts.push(part);
        this.#length += part.length;
        if (this.#length > MAX_MESSAGE_BYTES) {
            this.#skipping = true;
            this.#parts = [];
        }
    }

    #endLine(onLine) {
        let line = this.#parts.length === 1
            ? this.#parts[0] : Buffer.concat(this.#parts);
        const tooLong = this.#skipping;
        this.#parts = [];
        this.#length = 0;
        this.#skipping = false;
        if (this.#first && line.subarray(0, MARK.length).equals(MARK)) {
            line = line.subarray(MARK.length);
        }
        this.#first = false;
        line = trimmed(line);
        if (tooLong) {
            onLine(null);
        } else if (line.length > 0) {
            onLine(line);
        }
    }

    write(message) {
        this.#output.write(encode(message));
    }

    /** Resolves when the system has everything that was written. */
    flush() {
        return new Promise((resolve) => {
            if (this.#output.destroyed) {
                resolve();
            } else {
                this.#output.write('', resolve);
            }
        });
    }
}

function trimmed(line) {
    let start = 0;
    let end = line.length;
    while (start < end && BLANKS.has(line[start])) {
        start++;
    }
    while (end > start && BLANKS.has(line[end - 1])) {
        end--;
    }
    return line.subarray(start, end);
}
