// JSON that is always valid, whatever a step puts into it.
//
// JSON.stringify writes lone surrogates and U+0000 as escapes that the protocol
// forbids, turns NaN into null and gives up on cycles, BigInt and objects whose
// getters throw. Here a value that JSON cannot hold becomes the nearest string.

import { isUtf8 } from 'node:buffer';

const MAX_DEPTH = 32;
const MAX_VALUES = 200000;
const NOT_FOR_JSON = /\0|\p{Surrogate}/gu;
const HAS_NOT_FOR_JSON = /\0|\p{Surrogate}/u;

/** The text without lone surrogates and without U+0000. */
export function cleanText(text) {
    return text.replace(NOT_FOR_JSON, '\ufffd');
}

/** String(value), even where a broken toString throws. */
export function describe(value) {
    try {
        return String(value);
    } catch {
        return `<${typeof value} without a text>`;
    }
}

/** The value as something that strict JSON can hold. */
export function clean(value) {
    return new Cleaner().clean(value, 0);
}

class Cleaner {
    #open = new Set();
    #left = MAX_VALUES;

    clean(value, depth) {
        switch (typeof value) {
        case 'string':
            return cleanText(value);
        case 'boolean':
            return value;
        case 'number':
            return Number.isFinite(value) ? value : String(value);
        case 'bigint':
            return Number.isSafeInteger(Number(value))
                ? Number(value) : String(value);
        case 'undefined':
            return null;
        case 'object':
            return value === null ? null : this.#object(value, depth);
        default:
            return cleanText(describe(value));
        }
    }

    #object(value, depth) {
        if (this.#open.has(value)) {
            return '[Circular]';
        }
        if (depth >= MAX_DEPTH || this.#left-- <= 0) {
            return '...';
        }
        this.#open.add(value);
        try {
            return this.#members(value, depth + 1);
        } catch (error) {
            return cleanText(`<${describe(error)}>`);
        } finally {
            this.#open.delete(value);
        }
    }

    #members(value, depth) {
        if (ArrayBuffer.isView(value)) {
            return Buffer.from(value.buffer, value.byteOffset,
                value.byteLength).toString('hex');
        }
        if (typeof value.toJSON === 'function') {
            return this.clean(value.toJSON(), depth);
        }
        if (value instanceof Error) {
            return cleanText(describe(value));
        }
        if (Array.isArray(value) || value instanceof Set) {
            return Array.from(value, (item) => this.clean(item, depth));
        }
        const entries = value instanceof Map
            ? [...value] : Object.entries(value);
        return Object.fromEntries(entries
            .filter(([, item]) => item !== undefined)
            .map(([name, item]) => [
                cleanText(describe(name)), this.clean(item, depth)]));
    }
}

/** Finds out whether JSON.stringify writes a value as clean would have it. */
class Judge {
    #left = MAX_VALUES;

    isClean(value, depth) {
        switch (typeof value) {
        case 'string':
            return !HAS_NOT_FOR_JSON.test(value);
        case 'number':
            return Number.isFinite(value);
        case 'boolean':
            return true;
        case 'object':
            return value === null || (depth < MAX_DEPTH && this.#left-- > 0
                && this.#hasCleanMembers(value, depth + 1));
        default:
            return false;
        }
    }

    #hasCleanMembers(value, depth) {
        const prototype = Object.getPrototypeOf(value);
        if (prototype === Array.prototype) {
            return !('toJSON' in value)
                && value.every((item) => this.isClean(item, depth));
        }
        return prototype === Object.prototype && !('toJSON' in value)
            && Object.keys(value).every((name) =>
                !HAS_NOT_FOR_JSON.test(name)
                && this.isClean(value[name], depth));
    }
}

/** One message as one line, with its line feed. */
export function encode(message) {
    try {
        if (new Judge().isClean(message, 0)) {
            return `${JSON.stringify(message)}\n`;
        }
    } catch {
        // A getter or a proxy: clean knows what to do with it.
    }
    return `${JSON.stringify(clean(message))}\n`;
}

/** The message of one line (a Buffer); throws if it is not JSON. */
export function decode(line) {
    if (!isUtf8(line)) {
        throw new TypeError('the line is not valid UTF-8');
    }
    return JSON.parse(line.toString());
}
