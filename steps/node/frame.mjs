// The frame of steps/README.md: how it is built, read and checked.

import { AssertionError } from 'node:assert';

export const HEADER_SIZE = 16;
const MAGIC = 'MPRF';
const MAX_PAYLOAD = 16 * 1024 * 1024;

/** What arrived is no frame. */
export class BadFrame extends AssertionError {
    constructor(message) {
        super({ message });
    }
}

/** The stream ended inside a frame. */
export class Truncated extends BadFrame {
    constructor(got, wanted) {
        super(`the frame was cut short after ${got} of ${wanted} bytes`);
        this.got = got;
    }
}

/** The stream ended between two frames. */
export class StreamEnded extends BadFrame {
    constructor() {
        super('the stream ended');
    }
}

/** The payload is not what the header promises. */
export class WrongChecksum extends BadFrame {}

/** The first 16 bytes as { id, size, checksum }. */
export function parseHeader(data) {
    const magic = data.toString('latin1', 0, 4);
    const [id, size, checksum] = [4, 8, 12].map((at) => data.readUInt32BE(at));
    if (magic !== MAGIC) {
        throw new BadFrame(`a frame begins with ${JSON.stringify(MAGIC)},`
            + ` not ${JSON.stringify(magic)}`);
    }
    if (size > MAX_PAYLOAD) {
        throw new BadFrame(`a frame of ${size} bytes is too large`);
    }
    return { id, size, checksum };
}

/** An id and a payload (a Buffer). */
export class Frame {
    constructor(id, payload) {
        this.id = id;
        this.payload = payload;
    }

    /** The frame that every platform makes of this id and size. */
    static generated(id, size) {
        const cycle = Uint8Array.from({ length: Math.min(size, 251) },
            (_, index) => (id * 31 + index) % 251);
        return new Frame(id, Buffer.alloc(size, cycle));
    }

    /** The frame, if its checksum is right. */
    static checked(header, payload) {
        const frame = new Frame(header.id, payload);
        if (frame.checksum !== header.checksum) {
            throw new WrongChecksum(`frame ${header.id}: the checksum is`
                + ` ${hex(frame.checksum)}, the header says`
                + ` ${hex(header.checksum)}`);
        }
        return frame;
    }

    get size() {
        return this.payload.length;
    }

    get checksum() {
        const head = Buffer.alloc(8);
        head.writeUInt32BE(this.id, 0);
        head.writeUInt32BE(this.size, 4);
        return crc32(this.payload, crc32(head));
    }

    encode() {
        const header = Buffer.alloc(HEADER_SIZE);
        header.write(MAGIC, 'latin1');
        header.writeUInt32BE(this.id, 4);
        header.writeUInt32BE(this.size, 8);
        header.writeUInt32BE(this.checksum, 12);
        return Buffer.concat([header, this.payload]);
    }
}

// zlib.crc32 is too new: Node 18 does not have it.
const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) {
        value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    }
    return value;
});

/** CRC-32 of the bytes, going on from that of what stood before them. */
export function crc32(bytes, before = 0) {
    let value = ~before;
    for (const byte of bytes) {
        value = (value >>> 8) ^ TABLE[(value ^ byte) & 0xff];
    }
    return ~value >>> 0;
}

/** A checksum as 8 hexadecimal digits. */
export function hex(checksum) {
    return checksum.toString(16).padStart(8, '0');
}
